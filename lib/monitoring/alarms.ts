import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  type AlarmProps,
  ComparisonOperator,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { ApiMetrics } from './metrics.ts';
import { OPERATOR_COMMAND } from './operator-command.ts';

/** As many refusals within five minutes are a burst. */
const REFUSAL_BURST = 100;
const DAYS_BEFORE_END = 7;

/** Properties of {@link ApiAlarms}. */
export interface ApiAlarmsProps {
  readonly metrics: ApiMetrics;
  /** The function that reports when tokens end, and which clients cannot be recognised. */
  readonly tokenEndReporter: LambdaFunction;
  /** The function that rotates and revokes, and brings the authorizer up to date; if a client is in code. */
  readonly rotation: LambdaFunction | undefined;
  readonly topic: ITopic | undefined;
}

/**
 * What an operator has to know without looking. Each description says what to do next.
 *
 * No alarm looks at the authorizer function's Errors: to Lambda, a refused token is an error too,
 * because the function has to throw for a 401.
 */
export class ApiAlarms extends Construct {
  readonly all: Alarm[];

  constructor(scope: Construct, id: string, props: ApiAlarmsProps) {
    super(scope, id);
    this.all = Object.entries(definitions(props)).map(
      ([name, definition]) =>
        new Alarm(this, name, {
          threshold: 1,
          evaluationPeriods: 1,
          comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
          // What is not there did not happen: the metrics have no zeros.
          treatMissingData: TreatMissingData.NOT_BREACHING,
          ...definition,
        }),
    );
    const { topic } = props;
    if (topic) for (const alarm of this.all) alarm.addAlarmAction(new SnsAction(topic));
  }
}

type Definition = Pick<AlarmProps, 'metric' | 'alarmDescription'> & Partial<AlarmProps>;

/** Each alarm by its name, as far as it differs from the others. */
const definitions = ({
  metrics,
  tokenEndReporter,
  rotation,
}: ApiAlarmsProps): Record<string, Definition> => ({
  AuthorizerFaults: {
    metric: metrics.authorizerFaults,
    alarmDescription: `The authorizer failed, and requests with good tokens get 500. Read the authorizer's log: "config" and "fault" lines say why; a function that does not start writes none but its error. \`${OPERATOR_COMMAND} list\` shows whether every client has a token.`,
  },
  ConfigurationFaults: {
    metric: metrics.configurationFaults,
    // The authorizer says it when it starts, the reporter once an hour: three hours without a word
    // are the end of it.
    evaluationPeriods: 36,
    datapointsToAlarm: 1,
    alarmDescription: `A client's variable is missing, empty, not resolved or malformed, or has a token of another client: its tokens get 401 while the other clients work. The "config" lines in the log of the authorizer, or of the function that reports when tokens end, say which and why. \`${OPERATOR_COMMAND} list\` shows what its secret has. \`${OPERATOR_COMMAND} rotate CLIENT\` writes the variable anew; the token in use stays valid for the overlap.`,
  },
  RefusalBurst: {
    metric: metrics.refusals,
    threshold: REFUSAL_BURST,
    alarmDescription: `At least ${REFUSAL_BURST} requests were refused within five minutes. The dashboard's "Refused" says why. UNAUTHORIZED: a client has a wrong token (have it check with \`${OPERATOR_COMMAND} verify\`), or somebody is guessing or floods the API (sourceIp in the access log; webAcl blocks an address). ACCESS_DENIED: compare permissions with \`${OPERATOR_COMMAND} list\`. THROTTLED, QUOTA_EXCEEDED: a client is over its limits. INVALID_API_KEY: a client's usage plan or key was changed by hand; deploy again. WAF_FILTERED: the web ACL.`,
  },
  ServerErrors: {
    metric: metrics.serverErrors,
    alarmDescription:
      'A request ended with 5xx. Find it in the access log by its status. AUTHORIZER_FAILURE as its errorType is the authorizer; INTEGRATION_FAILURE or "-" is a function behind the API, whose log may have a line with the same requestId.',
  },
  TokenEnds: {
    metric: metrics.daysUntilTokenEnds,
    threshold: DAYS_BEFORE_END,
    comparisonOperator: ComparisonOperator.LESS_THAN_OR_EQUAL_TO_THRESHOLD,
    // A value an hour, and not always at the same minute.
    evaluationPeriods: 3,
    datapointsToAlarm: 1,
    alarmDescription: `A client's token ends within ${DAYS_BEFORE_END} days. \`${OPERATOR_COMMAND} list\` shows which. If the client has not taken the new one over, hand it over again: \`${OPERATOR_COMMAND} show CLIENT\`. If it has, \`${OPERATOR_COMMAND} revoke CLIENT --previous\` ends the old one now.`,
  },
  TokenEndsUnknown: {
    metric: tokenEndReporter.metricErrors({ period: Duration.hours(1) }),
    alarmDescription: `The function that reports when tokens end failed, so the alarms TokenEnds and ConfigurationFaults may stay silent. Read its log, and look with \`${OPERATOR_COMMAND} list\` until it works again.`,
  },
  ...(rotation && {
    RotationFaults: {
      metric: rotation.metricErrors({ period: Duration.minutes(5) }),
      alarmDescription: `A rotation or revocation failed, or a deployment found a secret that the issuer did not write: then the authorizer keeps on accepting what it did for that client. Read the log of the rotation function. \`${OPERATOR_COMMAND} list\` shows whose tokens are accepted otherwise than the secrets say: repeat the operation, or \`${OPERATOR_COMMAND} revoke CLIENT\`.`,
    },
  }),
  ...(metrics.clientFunctionFaults && {
    ClientFunctionFaults: {
      metric: metrics.clientFunctionFaults,
      alarmDescription: `An operation on a client of the table failed, or keys and plans could not follow the table. Read the log of the client function. Repeat the operation: \`${OPERATOR_COMMAND} list\` shows what the table has. A client may be without its limits' key, and get 403, until it works again.`,
    },
  }),
});
