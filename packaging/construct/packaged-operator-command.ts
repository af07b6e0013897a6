/** The operator's command, as alarms name it to who has installed `api-token-authorizer-tools`. */
export const OPERATOR_COMMAND = 'npx api-tokens';
