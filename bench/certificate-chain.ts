import { generate } from 'selfsigned';

/** A server's key, with its chain of certificates up to one that a caller has to trust. All PEM. */
export interface CertificateChain {
  readonly key: string;
  /** The server's certificate and the one that signed it, as a server sends them. */
  readonly sent: string;
  /** The one that signed that. */
  readonly root: string;
}

type Signed = Awaited<ReturnType<typeof generate>>;

/** Makes the certificates of a server on localhost: a chain of three with RSA keys, as AWS's are. */
export async function certificateChain(): Promise<CertificateChain> {
  const root = await authority('Root');
  const intermediate = await authority('Intermediate', root);
  const server = await certificate('localhost', intermediate);
  return { key: server.private, sent: `${server.cert}\n${intermediate.cert}`, root: root.cert };
}

function authority(name: string, issuer?: Signed): Promise<Signed> {
  return certificate(name, issuer, [
    { name: 'basicConstraints', cA: true, critical: true },
    { name: 'keyUsage', keyCertSign: true, critical: true },
  ]);
}

function certificate(
  name: string,
  issuer: Signed | undefined,
  extensions?: NonNullable<Parameters<typeof generate>[1]>['extensions'],
): Promise<Signed> {
  return generate([{ name: 'commonName', value: name }], {
    algorithm: 'sha256',
    ...(extensions && { extensions }),
    ...(issuer && { ca: { key: issuer.private, cert: issuer.cert } }),
  });
}
