/** The operator's command, as alarms name it. The package has another file in this one's place. */
export const OPERATOR_COMMAND = 'npm run tokens --';
