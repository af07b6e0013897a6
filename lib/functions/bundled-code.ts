import { Aspects, Lazy } from 'aws-cdk-lib';
import { Code, type CodeConfig } from 'aws-cdk-lib/aws-lambda';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import type { Construct, IConstruct } from 'constructs';
import { withBundle } from './bundle.ts';
import type { BundleProps } from './bundle-props.ts';

/**
 * The code of a function from `lambda/`, bundled when the whole app has been declared: only then is
 * it known, for the authorizer, which permission opens which routes.
 */
export class BundledCode extends Code {
  readonly isInline = false;
  readonly #props: () => BundleProps;
  #asset: Asset | undefined;

  /** @param props is called once, at synth */
  constructor(props: () => BundleProps) {
    super();
    this.#props = props;
  }

  override bind(scope: Construct): CodeConfig {
    // An aspect is the last moment at which a construct may still be added.
    Aspects.of(scope).add({
      visit: (node: IConstruct) => {
        if (node !== scope) return;
        this.#asset = withBundle(
          this.#props(),
          (path) => new Asset(scope, 'Code', { path, deployTime: true }),
        );
      },
    });
    return {
      s3Location: {
        bucketName: Lazy.string({ produce: () => this.#asset?.s3BucketName }),
        objectKey: Lazy.string({ produce: () => this.#asset?.s3ObjectKey }),
      },
    };
  }
}
