import { Stack } from 'aws-cdk-lib';
import type { Stage } from 'aws-cdk-lib/aws-apigateway';
import { CfnWebACL, CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';

/**
 * Rules of AWSManagedRulesCommonRuleSet that would block good requests, and only count here: a body may
 * be larger than 8 KB, and systems that call an API often send no User-Agent.
 *
 * Source: AWS WAF Developer Guide, "Baseline rule groups".
 */
const COUNTED_ONLY = ['SizeRestrictions_BODY', 'NoUserAgent_HEADER'];

/** Properties of {@link WebAcl}. */
export interface WebAclProps {
  /** The stage of the API that is protected. */
  readonly stage: Stage;
  /** How many requests one address may send within a minute. */
  readonly requestsPerAddress: number;
  /** The header that carries the API token, which no log and no sample may show. */
  readonly headerName: string;
}

/**
 * A web ACL in front of the API: a limit per address, then AWS's common rules. What it blocks gets
 * the gateway response WAF_FILTERED.
 *
 * No sampled requests: they show whole headers, the token's among them, and the path, where a client
 * may have put it by mistake. Should somebody turn on logging or sampling later, data protection
 * takes the token's header and the query out of both.
 *
 * Source: AWS WAF Developer Guide, "Data protection".
 */
export class WebAcl extends Construct {
  constructor(scope: Construct, id: string, props: WebAclProps) {
    super(scope, id);
    const { stage, headerName, requestsPerAddress } = props;
    const acl = new CfnWebACL(this, 'Resource', {
      description: 'Protects a REST API with API tokens',
      scope: 'REGIONAL',
      defaultAction: { allow: {} },
      visibilityConfig: visibility(this, 'WebAcl'),
      dataProtectionConfig: {
        dataProtections: [
          hide({ fieldType: 'SINGLE_HEADER', fieldKeys: [headerName.toLowerCase()] }),
          hide({ fieldType: 'QUERY_STRING' }),
        ],
      },
      rules: [ratePerAddress(this, requestsPerAddress), commonRules(this)],
    });
    new CfnWebACLAssociation(this, 'Stage', {
      resourceArn: stage.stageArn,
      webAclArn: acl.attrArn,
    });
  }
}

const visibility = (acl: Construct, name: string): CfnWebACL.VisibilityConfigProperty => ({
  cloudWatchMetricsEnabled: true,
  sampledRequestsEnabled: false,
  metricName: `${Stack.of(acl).stackName}-${name}`,
});

const hide = (field: CfnWebACL.FieldToProtectProperty): CfnWebACL.DataProtectProperty => ({
  field,
  action: 'SUBSTITUTION',
  excludeRateBasedDetails: false,
  excludeRuleMatchDetails: false,
});

const ratePerAddress = (acl: Construct, limit: number): CfnWebACL.RuleProperty => ({
  name: 'RatePerAddress',
  priority: 0,
  visibilityConfig: visibility(acl, 'RatePerAddress'),
  action: { block: {} },
  statement: {
    rateBasedStatement: {
      limit,
      // The shortest: within a longer one, a sender could use up the whole stage for longer.
      evaluationWindowSec: 60,
      aggregateKeyType: 'IP',
    },
  },
});

const commonRules = (acl: Construct): CfnWebACL.RuleProperty => ({
  name: 'CommonRules',
  priority: 1,
  visibilityConfig: visibility(acl, 'CommonRules'),
  overrideAction: { none: {} },
  statement: {
    managedRuleGroupStatement: {
      vendorName: 'AWS',
      name: 'AWSManagedRulesCommonRuleSet',
      ruleActionOverrides: COUNTED_ONLY.map((name) => ({ name, actionToUse: { count: {} } })),
    },
  },
});
