import { Stack, Token } from 'aws-cdk-lib';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import { ConfigurationError } from '../authorizer/configuration-error.ts';

/** Who is told about alarms. */
export interface AlarmTargetProps {
  /**
   * Is told about every alarm. Its policy has to let CloudWatch publish, and so has the policy of its
   * key, if it is encrypted.
   *
   * @default - nobody is told; the alarms are there
   */
  readonly alarmTopic?: ITopic;

  /**
   * Gets an e-mail for every alarm, once its owner has confirmed the first one. The stack makes a
   * topic for it. Give this or `alarmTopic`.
   *
   * @default - nobody is told; the alarms are there
   */
  readonly alarmEmail?: string;
}

/**
 * The topic that alarms go to, if any.
 *
 * The topic that is made for an e-mail address has no key: CloudWatch cannot use the one that AWS
 * manages for SNS, a customer managed key costs more than all alarms together, and an alarm holds
 * only names and counts. It takes messages over TLS only, and from the account's alarms only.
 *
 * Source: CloudWatch User Guide, "Notifying users on alarm changes"; re:Post, "How do I set up a
 * CloudWatch alarm with an encrypted SNS topic".
 *
 * @throws ConfigurationError if both are given, or the address is none
 */
export function alarmTarget(
  scope: Construct,
  { alarmTopic, alarmEmail }: AlarmTargetProps,
): ITopic | undefined {
  if (alarmEmail === undefined) return alarmTopic;
  if (alarmTopic) {
    throw new ConfigurationError(
      'give alarmTopic or alarmEmail, not both: the topic can have the subscription',
    );
  }
  if (!Token.isUnresolved(alarmEmail) && !/^[^\s@]{1,64}@[^\s@]+\.[^\s@.]+$/.test(alarmEmail)) {
    throw new ConfigurationError(
      `alarmEmail must be an e-mail address, got: ${JSON.stringify(alarmEmail)}`,
    );
  }
  const stack = Stack.of(scope);
  const topic = new Topic(scope, 'AlarmTopic', {
    displayName: `Alarms of ${stack.stackName}`,
    enforceSSL: true,
  });
  // This policy replaces the default one, by which the whole account may publish.
  topic.grantPublish(
    new ServicePrincipal('cloudwatch.amazonaws.com', {
      conditions: {
        ArnLike: {
          'aws:SourceArn': stack.formatArn({ service: 'cloudwatch', resource: 'alarm:*' }),
        },
        StringEquals: { 'aws:SourceAccount': stack.account },
      },
    }),
  );
  topic.addSubscription(new EmailSubscription(alarmEmail));
  return topic;
}
