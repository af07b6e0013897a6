import { createHash } from 'node:crypto';
import type { JsonObject } from '../json.ts';

/** The name and place that a stack would have on AWS. */
export interface Deployment {
  readonly stackName: string;
  readonly region: string;
  readonly accountId: string;
}

/** A resource whose own properties are already resolved. */
export interface Identity {
  readonly logicalId: string;
  readonly type: string;
  readonly properties: JsonObject;
}

/** The property that names a resource of a type, where CloudFormation lets the template name it. */
const nameProperty: Readonly<Record<string, string>> = {
  'AWS::ApiGateway::Model': 'Name',
  'AWS::ApiGateway::Stage': 'StageName',
  'AWS::DynamoDB::Table': 'TableName',
  'AWS::DynamoDB::GlobalTable': 'TableName',
  'AWS::IAM::Role': 'RoleName',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::Logs::LogGroup': 'LogGroupName',
  'AWS::SecretsManager::Secret': 'Name',
};

/** The ARN of a type's resources, after the partition; for any other type it is invented. */
const arn: Readonly<Record<string, (d: Deployment, name: string, suffix: string) => string>> = {
  'AWS::DynamoDB::Table': (d, name) => `dynamodb:${d.region}:${d.accountId}:table/${name}`,
  'AWS::DynamoDB::GlobalTable': (d, name) => `dynamodb:${d.region}:${d.accountId}:table/${name}`,
  'AWS::IAM::Role': (d, name) => `iam::${d.accountId}:role/${name}`,
  'AWS::Lambda::Function': (d, name) => `lambda:${d.region}:${d.accountId}:function:${name}`,
  'AWS::Logs::LogGroup': (d, name) => `logs:${d.region}:${d.accountId}:log-group:${name}:*`,
  'AWS::SecretsManager::Secret': (d, name, suffix) =>
    `secretsmanager:${d.region}:${d.accountId}:secret:${name}-${suffix}`,
};

/** Lower-case letters and digits, the same at every start for the same stack and resource. */
function generated(deployment: Deployment, logicalId: string, length: number): string {
  const digest = createHash('sha256').update(`${deployment.stackName}/${logicalId}`).digest('hex');
  return BigInt(`0x${digest}`).toString(36).slice(0, length);
}

/** The name of a resource: the one in its properties, or one as CloudFormation would generate it. */
export function physicalName(deployment: Deployment, identity: Identity): string {
  const { logicalId, type, properties } = identity;
  const given = properties[nameProperty[type] ?? ''];
  if (typeof given === 'string') return given;
  // API Gateway's identifiers are short and without hyphens: they are part of URLs and ARNs.
  if (type === 'AWS::ApiGateway::RestApi') return generated(deployment, logicalId, 10);
  if (type.startsWith('AWS::ApiGateway::')) return generated(deployment, logicalId, 6);
  // CloudFormation does not prefix a secret's name with the stack's.
  if (type === 'AWS::SecretsManager::Secret') {
    return `${logicalId}-${generated(deployment, logicalId, 12)}`;
  }
  return `${deployment.stackName}-${logicalId}`;
}

/** The ARN of the stack itself. */
export function stackId({ stackName, region, accountId }: Deployment): string {
  return `arn:aws:cloudformation:${region}:${accountId}:stack/${stackName}/local`;
}

/** What `Ref` gives for a resource: its name, for a secret its ARN. */
export function refOf(deployment: Deployment, identity: Identity): string {
  return identity.type === 'AWS::SecretsManager::Secret'
    ? arnOf(deployment, identity)
    : physicalName(deployment, identity);
}

/** The ARN of a resource. */
export function arnOf(deployment: Deployment, identity: Identity): string {
  const name = physicalName(deployment, identity);
  const suffix = generated(deployment, `${identity.logicalId}/arn`, 6);
  const specific = arn[identity.type];
  if (specific !== undefined) return `arn:aws:${specific(deployment, name, suffix)}`;
  const service = (identity.type.split('::')[1] ?? 'custom').toLowerCase();
  return `arn:aws:${service}:${deployment.region}:${deployment.accountId}:${name}`;
}

/**
 * What `Fn::GetAtt` gives for a resource, or undefined for an attribute that is not known here.
 *
 * A REST API's root resource has another identifier than the API, as on AWS.
 */
export function attributeOf(
  deployment: Deployment,
  identity: Identity,
  attribute: string,
): string | undefined {
  if (attribute === 'Arn') return arnOf(deployment, identity);
  if (attribute === 'Id') return refOf(deployment, identity);
  if (identity.type === 'AWS::ApiGateway::RestApi') {
    if (attribute === 'RestApiId') return refOf(deployment, identity);
    if (attribute === 'RootResourceId') {
      return generated(deployment, `${identity.logicalId}/root`, 10);
    }
  }
  return undefined;
}
