import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import {
  EndpointType,
  type JsonSchema,
  LambdaIntegration,
  LogGroupLogDestination,
  MethodLoggingLevel,
  RestApi,
} from 'aws-cdk-lib/aws-apigateway';
import { GraphWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { AttributeType, BillingMode, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { type ILogGroup, LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { jobsCreated } from '../../lambda/jobs/job-metrics.ts';
import { jobOperations } from '../../lambda/jobs/job-operations.ts';
import { jobRequestSchema, jobRoutes } from '../../lambda/jobs/job-routes.ts';
import { jobPageSchema, jobSchemas } from '../../lambda/jobs/job-schemas.ts';
import { JOB_TABLE_VARIABLE, jobTableKey } from '../../lambda/jobs/job-table.ts';
import { acknowledge } from '../authorizer/acknowledge.ts';
import {
  ApiTokenAuthorizer,
  type ApiTokenAuthorizerProps,
} from '../authorizer/api-token-authorizer.ts';
import { authorizerProps } from '../authorizer/authorizer-props.ts';
import { BundledCode } from '../functions/bundled-code.ts';
import { NodeFunction } from '../functions/node-function.ts';
import type { AlarmTargetProps } from '../monitoring/alarm-topic.ts';
import { ApiTokenMonitoring } from '../monitoring/api-token-monitoring.ts';
import { metricVariables } from '../monitoring/metrics.ts';
import { OpenApi } from '../openapi/open-api.ts';
import { GatewayResponses } from '../rest-api/gateway-responses.ts';
import { StageLimits } from '../rest-api/stage-limits.ts';
import { WebAcl } from '../rest-api/web-acl.ts';
import { jobApiDescription } from './job-api-description.ts';
import { jobMethodOptions } from './job-method-options.ts';

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
  /** The API's description. */
  readonly openApi: OpenApi;

  constructor(scope: Construct, id: string, props: JobApiStackProps) {
    super(scope, id, props);
    const accessLog = this.#accessLog();
    const authorizer = new ApiTokenAuthorizer(this, 'ApiTokenAuthorizer', authorizerProps(props));
    const { headerName } = authorizer;
    const { clients, clientTable } = props;
    const limits = StageLimits.forClients(clients ?? [], props.defaultLimits, clientTable);
    const api = this.#api(accessLog, limits);
    new GatewayResponses(this, 'GatewayResponses', { api, headerName });
    this.#addJobRoutes(api, authorizer);
    this.openApi = new OpenApi(this, 'OpenApi', { api, authorizer, ...jobApiDescription });
    const { deploymentStage: stage } = api;
    addJobsGraph(
      new ApiTokenMonitoring(this, 'Monitoring', { ...props, authorizer, stage, accessLog }),
    );
    if (props.webAcl) {
      const { perAddress: requestsPerAddress } = limits;
      new WebAcl(this, 'WebAcl', { stage, headerName, requestsPerAddress });
    } else {
      acknowledge(
        api,
        'AwsSolutions::AwsSolutions-APIG3',
        'Every request needs an API token and is throttled; webAcl turns a web ACL on.',
      );
    }
    new CfnOutput(this, 'ApiUrl', { value: api.url, description: 'URL of the job API' });
  }

  /** Every method of the API, with its function and permission. */
  #addJobRoutes(api: RestApi, authorizer: ApiTokenAuthorizer): void {
    const table = this.#table();
    const requestValidator = api.addRequestValidator('RequestValidator', {
      validateRequestBody: true,
      validateRequestParameters: true,
    });
    const addModel = (name: string, description: string, schema: object) =>
      api.addModel(name, {
        description,
        contentType: 'application/json',
        // The same schema, but its type is a literal here, and an enum of CDK there.
        schema: schema as JsonSchema,
      });
    const requestModel = addModel('JobRequest', 'What POST /jobs takes', jobRequestSchema);
    const job = addModel('Job', 'A job', jobSchemas.Job);
    const modelsUrl = `https://apigateway.amazonaws.com/restapis/${api.restApiId}/models`;
    const page = jobPageSchema(`${modelsUrl}/${job.modelId}`);
    const models = {
      Job: job,
      JobPage: addModel('JobPage', 'A page of jobs', page),
      Error: addModel('Error', 'Every error', jobSchemas.Error),
    };
    for (const name of Object.keys(jobRoutes) as (keyof typeof jobRoutes)[]) {
      const { httpMethod, resourcePath, permission } = jobRoutes[name];
      const handler = this.#jobFunction(name, table, authorizer);
      const method = api.root
        .resourceForPath(resourcePath)
        .addMethod(httpMethod, new LambdaIntegration(handler), {
          ...jobMethodOptions(jobOperations[name], models),
          requestValidator,
          ...(httpMethod === 'POST' && { requestModels: { 'application/json': requestModel } }),
        });
      authorizer.protect(method, permission);
    }
  }

  #jobFunction(
    name: keyof typeof jobRoutes,
    table: Table,
    authorizer: ApiTokenAuthorizer,
  ): NodeFunction {
    const { entry, description, actions } = jobFunctions[name];
    const handler = new NodeFunction(this, `${name}-job`, {
      description,
      code: new BundledCode(() => ({ entry })),
      environment: {
        [JOB_TABLE_VARIABLE]: table.tableName,
        ...(name === 'create' && metricVariables(this, authorizer)),
      },
      memorySize: 512,
      timeout: Duration.seconds(10),
    });
    table.grant(handler, ...actions);
    return handler;
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
      // Without this account-wide role API Gateway writes no log.
      cloudWatchRole: true,
      deployOptions: {
        stageName: 'prod',
        accessLogDestination: new LogGroupLogDestination(accessLog),
        accessLogFormat: ApiTokenMonitoring.ACCESS_LOG_FORMAT,
        loggingLevel: MethodLoggingLevel.ERROR,
        // Data tracing would write whole requests, tokens included, to the log.
        dataTraceEnabled: false,
        throttlingRateLimit: rate,
        throttlingBurstLimit: burst,
      },
    });
    // The stack's own output names the same URL, with a description.
    api.node.tryRemoveChild('Endpoint');
    acknowledge(
      api,
      'AwsSolutions::AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]',
      'The policy that AWS provides for this role, and for this role only.',
    );
    return api;
  }
}

function addJobsGraph({ dashboard, metrics }: ApiTokenMonitoring): void {
  dashboard.addWidgets(
    new GraphWidget({
      title: 'Jobs created by client',
      left: metrics.ofClients(jobsCreated.name, 'Sum'),
      width: 12,
      height: 6,
      leftYAxis: { min: 0, showUnits: false },
    }),
  );
}
