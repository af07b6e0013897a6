/** The variable with the ids of the APIs in the registry's order, with spaces between. */
export const API_IDS_VARIABLE = 'API_IDS';
