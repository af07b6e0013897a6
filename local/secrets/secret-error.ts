/** An error of Secrets Manager, by its name on AWS. */
export class SecretError extends Error {
  readonly code:
    | 'InvalidParameterException'
    | 'ResourceExistsException'
    | 'ResourceNotFoundException';

  constructor(code: SecretError['code'], message: string) {
    super(message);
    this.code = code;
  }
}
