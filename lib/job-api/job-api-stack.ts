import {
  CfnOutput,
  Duration,
  RemovalPolicy,
  Stack,
  type StackProps,
  Validations,
} from 'aws-cdk-lib';
import {
  EndpointType,
  type JsonSchema,
  LambdaIntegration,
  LogGroupLogDestination,
  MethodLoggingLevel,
  RestApi,
} from 'aws-cdk-lib/aws-apigateway';
import { AttributeType, BillingMode, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { type ILogGroup, LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { METRIC_NAMESPACE_VARIABLE } from '../../lambda/contract/wiring/client-metrics.ts';
import { jobRequestSchema, jobRoutes } from '../../lambda/jobs/job-routes.ts';
import { JOB_TABLE_VARIABLE, jobTableKey } from '../../lambda/jobs/job-table.ts';
import {
  ApiTokenAuthorizer,
  type ApiTokenAuthorizerProps,
} from '../authorizer/api-token-authorizer.ts';
import { authorizerProps } from '../authorizer/authorizer-props.ts';
import { DEFAULT_LIMITS } from '../authorizer/clients/client-limits.ts';
import { BundledCode } from '../functions/bundled-code.ts';
import { NodeFunction } from '../functions/node-function.ts';
import type { AlarmTargetProps } from '../monitoring/alarm-topic.ts';
import { metricNamespace } from '../monitoring/metrics.ts';
import { accessLogFormat } from '../rest-api/access-log.ts';
import { addGatewayResponses } from '../rest-api/gateway-responses.ts';
import { type StageLimits, stageLimits } from '../rest-api/stage-limits.ts';
import { WebAcl } from '../rest-api/web-acl.ts';
import { JobApiMonitoring } from './job-api-monitoring.ts';

/** Properties of a {@link JobApiStack}. */
export interface JobApiStackProps extends StackProps, ApiTokenAuthorizerProps, AlarmTargetProps {
  /**
   * Whether AWS WAF looks at every request first: at most so many requests a minute per address as the
   * fastest client may send, and at least 3,100, and AWS's common rules. It costs $7 a month ($5, and $1
   * for each of the two rules) and $0.60 per million requests.
   *
   * @default false
   */
  readonly webAcl?: boolean;
}

/** The job functions: what each is, and what it may do to the table. */
const jobFunctions = {
  create: {
    entry: 'jobs/entry/create-job',
    description: 'Creates jobs',
    actions: ['dynamodb:PutItem', 'dynamodb:GetItem'],
  },
  list: {
    entry: 'jobs/entry/list-jobs',
    description: 'Lists jobs',
    actions: ['dynamodb:Query'],
  },
  get: { entry: 'jobs/entry/get-job', description: 'Reads a job', actions: ['dynamodb:GetItem'] },
} as const;

/** The job API: a REST API behind an {@link ApiTokenAuthorizer}, its job functions and their table. */
export class JobApiStack extends Stack {
  constructor(scope: Construct, id: string, props: JobApiStackProps) {
    super(scope, id, props);
    const table = this.#table();
    const accessLog = this.#accessLog();
    const authorizer = new ApiTokenAuthorizer(this, 'ApiTokenAuthorizer', authorizerProps(props));
    const limits = stageLimits(props.clients, props.defaultLimits ?? DEFAULT_LIMITS);
    const api = this.#api(accessLog, limits);
    addGatewayResponses(api, authorizer.headerName);

    const requestValidator = api.addRequestValidator('RequestValidator', {
      validateRequestBody: true,
      validateRequestParameters: true,
    });
    const requestModel = api.addModel('JobRequest', {
      description: 'What POST /jobs takes',
      contentType: 'application/json',
      schema: jobRequestSchema as unknown as JsonSchema,
    });
    for (const [name, { httpMethod, resourcePath, permission }] of Object.entries(jobRoutes)) {
      const { entry, description, actions } = jobFunctions[name as keyof typeof jobRoutes];
      const handler = new NodeFunction(this, `${name}-job`, {
        description,
        code: new BundledCode(() => ({ entry })),
        environment: {
          [JOB_TABLE_VARIABLE]: table.tableName,
          ...(name === 'create' && { [METRIC_NAMESPACE_VARIABLE]: metricNamespace(this) }),
        },
        memorySize: 512,
        timeout: Duration.seconds(10),
      });
      table.grant(handler, ...actions);
      const method = api.root
        .resourceForPath(resourcePath)
        .addMethod(httpMethod, new LambdaIntegration(handler), {
          requestValidator,
          ...(httpMethod === 'POST' && { requestModels: { 'application/json': requestModel } }),
        });
      authorizer.protect(method, permission);
    }

    new JobApiMonitoring(this, 'Monitoring', { ...props, api, accessLog, authorizer });
    if (props.webAcl) {
      new WebAcl(this, 'WebAcl', {
        stage: api.deploymentStage,
        headerName: authorizer.headerName,
        requestsPerAddress: limits.perAddress,
      });
    } else {
      Validations.of(api).acknowledge({
        id: 'AwsSolutions::AwsSolutions-APIG3',
        reason: 'Every request needs an API token and is throttled; webAcl turns a web ACL on.',
      });
    }

    new CfnOutput(this, 'ApiUrl', { value: api.url, description: 'URL of the job API' });
    for (const [name, secret] of Object.entries(authorizer.secrets)) {
      new CfnOutput(this, `TokenSecret${pascalCase(name)}`, {
        // The ARN: every call takes it for a name, and the template need not cut the name out of it.
        value: secret.secretArn,
        description: `Secret with the API token of client ${name}`,
      });
    }
    for (const [name, plan] of Object.entries(authorizer.usagePlans)) {
      new CfnOutput(this, `UsagePlan${pascalCase(name)}`, {
        value: plan.usagePlanId,
        description: `Usage plan of client ${name}`,
      });
    }
    for (const { name, permissions, environmentVariable } of props.clients) {
      new CfnOutput(this, `Permissions${pascalCase(name)}`, {
        value: permissions.join(' '),
        description: `Permissions of client ${name}`,
      });
      new CfnOutput(this, `Variable${pascalCase(name)}`, {
        value: environmentVariable,
        description: `Variable of client ${name}`,
      });
    }
    new CfnOutput(this, 'AuthorizerFunction', {
      value: authorizer.function.functionName,
      description: 'Function whose environment says which API tokens are accepted',
    });
    new CfnOutput(this, 'RotationFunction', {
      value: authorizer.rotationFunction.functionName,
      description: 'Function that rotates and revokes API tokens',
    });
  }

  #table(): Table {
    return new Table(this, 'Jobs', {
      partitionKey: { name: jobTableKey.partition, type: AttributeType.STRING },
      sortKey: { name: jobTableKey.sort, type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      encryption: TableEncryption.AWS_MANAGED,
      // Kept with the clients' jobs, but not after a first deployment that failed, which has none.
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
  }

  #accessLog(): LogGroup {
    return new LogGroup(this, 'AccessLog', {
      retention: RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }

  #api(accessLog: ILogGroup, { rate, burst }: StageLimits): RestApi {
    const api = new RestApi(this, 'Api', {
      restApiName: 'Job API',
      endpointConfiguration: { types: [EndpointType.REGIONAL] },
      // Without this account-wide role API Gateway writes no log at all.
      cloudWatchRole: true,
      deployOptions: {
        stageName: 'prod',
        accessLogDestination: new LogGroupLogDestination(accessLog),
        accessLogFormat,
        loggingLevel: MethodLoggingLevel.ERROR,
        // Data tracing would write whole requests, tokens included, to the log.
        dataTraceEnabled: false,
        throttlingRateLimit: rate,
        throttlingBurstLimit: burst,
      },
    });
    // The stack's own output names the same URL, with a description.
    api.node.tryRemoveChild('Endpoint');
    Validations.of(api).acknowledge({
      id: 'AwsSolutions::AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]',
      reason: 'The policy that AWS provides for this role, and for this role only.',
    });
    return api;
  }
}

function pascalCase(name: string): string {
  return name.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
