import type { AssemblyStack } from './assembly/assembly.ts';
import { isCustomResource } from './deployment/custom-resource.ts';
import type { Stack } from './template/stack.ts';

/** Types that the gateway does something with, if their stack is deployed. */
const served = [
  /^AWS::ApiGateway::(ApiKey|Authorizer|GatewayResponse|Method|Model|RequestValidator|Resource|RestApi|Stage|UsagePlan|UsagePlanKey)$/,
  /^AWS::DynamoDB::(Global)?Table$/,
  /^AWS::Lambda::Function$/,
  /^AWS::SecretsManager::Secret$/,
];

/**
 * Types that nobody misses on one's own machine: permissions, networks, keys, logs and alarms, names and
 * certificates, the settings of something else.
 */
const noise = [
  /^AWS::(ApplicationAutoScaling|Budgets|CDK|CertificateManager|CloudWatch|CodeDeploy|EC2|IAM|KMS|Logs|Oam|RAM|ResourceGroups|Route53|ServiceCatalogAppRegistry|Synthetics|XRay)::/,
  /^AWS::ApiGateway::(Account|BasePathMapping|BasePathMappingV2|ClientCertificate|Deployment|DocumentationPart|DocumentationVersion|DomainName|DomainNameV2)$/,
  /^AWS::ApiGatewayV2::(?!Api$)/,
  /^AWS::CloudFormation::(?!Stack$)/,
  /^AWS::Lambda::(Alias|CodeSigningConfig|EventInvokeConfig|LayerVersionPermission|Permission|Version)$/,
  /Policy$/,
  /^AWS::SNS::Subscription$/,
  /^AWS::SecretsManager::SecretTargetAttachment$/,
  /^AWS::WAFv2::(?!WebACL$)/,
];

const isOneOf = (types: readonly RegExp[]) => (type: string) => types.some((one) => one.test(type));
const isServed = isOneOf(served);
const isNoise = isOneOf(noise);

/** The types of some resources with how many there are of each, the most first. */
function counted(types: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const type of types) counts.set(type, (counts.get(type) ?? 0) + 1);
  return [...counts]
    .toSorted(([a, m], [b, n]) => n - m || a.localeCompare(b))
    .map(([type, count]) => `${count} ${type}`);
}

/**
 * What an app has and a developer may miss here, by type: a line, or none.
 *
 * @param stacks the stacks that are deployed
 * @param others those that have nothing to do with a REST API
 */
export function notServedTypes(
  stacks: readonly Stack[],
  others: readonly AssemblyStack[],
): string[] {
  const here = stacks
    .flatMap((stack) => stack.inOrder().map(({ type }) => type))
    .filter((type) => !isServed(type));
  const elsewhere = others.flatMap(({ template }) =>
    Object.values(template.Resources).map(({ Type }) => Type),
  );
  const types = [...here, ...elsewhere].filter((type) => !isNoise(type) && !isCustomResource(type));
  return types.length === 0 ? [] : [`Not served: ${counted(types).join(', ')}`];
}
