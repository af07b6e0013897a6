import { createHash } from 'node:crypto';
import { CfnResource } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { renderedProperties } from './rendered.ts';

/**
 * A short text that changes with any property of a construct's resources, which is a reason for a custom
 * resource to run again. To be asked for when the template is written.
 */
export function fingerprint(...constructs: readonly IConstruct[]): string {
  const properties = constructs
    .flatMap(({ node }) => (node.defaultChild ? [node.defaultChild] : node.findAll()))
    .filter((each) => CfnResource.isCfnResource(each))
    .map(renderedProperties);
  if (properties.length === 0) throw new TypeError('there is no resource to look at');
  return createHash('sha256').update(JSON.stringify(properties)).digest('hex').slice(0, 16);
}
