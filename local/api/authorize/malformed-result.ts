/** A policy, or an authorizer's result, that API Gateway would not accept. */
export class MalformedResult extends Error {}
