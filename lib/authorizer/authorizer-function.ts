import { Duration } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import type { ClientRegistry } from '../../lambda/contract/access/client-registry.ts';
import { VERIFIERS_KEY } from '../../lambda/contract/token/token-secret.ts';
import { CLIENT_TABLE_VARIABLE } from '../../lambda/contract/wiring/client-function.ts';
import { BundledCode } from '../functions/bundled-code.ts';
import { functionSettings } from '../functions/function-settings.ts';
import { NodeFunction } from '../functions/node-function.ts';
import type { ResolvedProps } from './authorizer-props.ts';
import { secretOf } from './clients/secret-of.ts';

/** Properties of the authorizer function. */
export interface AuthorizerFunctionProps extends ResolvedProps {
  /** Each client's secret, by the client's name. */
  readonly secrets: Readonly<Record<string, ISecret>>;
  /** The clients that are not in code, if there are such. */
  readonly table: ITable | undefined;
  /** Is called when the app has been declared. */
  readonly registry: () => ClientRegistry;
}

/** Makes the authorizer function; without a table, there is not one line for it in its bundle. */
export function authorizerFunction(
  scope: Construct,
  id: string,
  props: AuthorizerFunctionProps,
): LambdaFunction {
  const { clients, secrets, table, reservedConcurrentExecutions } = props;
  const fn = new NodeFunction(scope, id, {
    ...functionSettings(props),
    description: 'Recognises API tokens for API Gateway',
    code: new BundledCode(() => ({
      entry: table ? 'authorizer/handler-with-table' : 'authorizer/handler',
      jsonModules: { 'registry.json': props.registry() },
    })),
    environment: {
      // A dynamic reference: the template holds the secret's name, and CloudFormation puts the
      // verifiers, which are no credentials, into the function's environment.
      ...Object.fromEntries(
        clients.map(({ name, environmentVariable }) => [
          environmentVariable,
          secretOf(secrets, name).secretValueFromJson(VERIFIERS_KEY).unsafeUnwrap(),
        ]),
      ),
      ...(table && { [CLIENT_TABLE_VARIABLE]: table.tableName }),
    },
    memorySize: props.memorySize,
    timeout: Duration.seconds(5),
    ...(reservedConcurrentExecutions !== undefined && { reservedConcurrentExecutions }),
  });
  // What else an encrypted table takes, a function has for its environment.
  table?.grant(fn, 'dynamodb:GetItem');
  return fn;
}
