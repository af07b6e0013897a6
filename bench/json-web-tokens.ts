import { generateKeyPairSync, sign } from 'node:crypto';

/** Tokens of an identity provider, and what verifies them. */
export interface JsonWebTokens {
  readonly tokens: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

const ISSUER = 'https://issuer.example.com';
const AUDIENCE = 'job-api';
const KEY_ID = 'benchmark';
const LIFETIME_SECONDS = 24 * 60 * 60;

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Signs a token with RS256 for each subject. */
export function jsonWebTokens(subjects: readonly string[]): JsonWebTokens {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const now = Math.floor(Date.now() / 1_000);
  const tokens = subjects.map((sub) => {
    const claims = {
      iss: ISSUER,
      aud: AUDIENCE,
      sub,
      scope: 'job.create job.read',
      iat: now,
      exp: now + LIFETIME_SECONDS,
    };
    const text = `${encode({ alg: 'RS256', typ: 'JWT', kid: KEY_ID })}.${encode(claims)}`;
    return `${text}.${sign('sha256', Buffer.from(text), privateKey).toString('base64url')}`;
  });
  const key = { ...publicKey.export({ format: 'jwk' }), kid: KEY_ID, use: 'sig', alg: 'RS256' };
  return {
    tokens,
    environment: { ISSUER, AUDIENCE, JWKS: JSON.stringify({ keys: [key] }) },
  };
}
