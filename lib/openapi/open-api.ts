import { createHash } from 'node:crypto';
import { attachCustomSynthesis, type CfnResource, Token } from 'aws-cdk-lib';
import {
  CfnDocumentationPart,
  CfnDocumentationVersion,
  CfnRestApi,
  CfnStage,
  type RestApi,
} from 'aws-cdk-lib/aws-apigateway';
import { Construct } from 'constructs';
import { apiResources } from '../authorizer/api/api-resources.ts';
import { pathOf, renderedProperties } from '../authorizer/api/rendered.ts';
import type { ApiTokenAuthorizer } from '../authorizer/api-token-authorizer.ts';
import { ConfigurationError, UNRESOLVED } from '../authorizer/configuration-error.ts';
import { whenDeclared } from '../authorizer/when-declared.ts';
import { writeAssemblyDocument } from './assembly-document.ts';
import { declaredMethods } from './declared-methods.ts';
import { documentOf } from './document.ts';
import { type DocumentationPart, documentationParts } from './documentation-parts.ts';
import { BodySchemas } from './gateway-bodies.ts';
import { declaredGatewayResponses } from './gateway-responses.ts';
import { limitsInWords } from './limits-in-words.ts';
import { ModelSchemas } from './model-schemas.ts';
import type { JsonObject, OpenApiDocument } from './open-api-object.ts';
import { type DescribedOperation, describedOperations, pathsIn } from './operations.ts';

/** Properties of an {@link OpenApi}. */
export interface OpenApiProps {
  /** The API that is described. */
  readonly api: RestApi;
  /** The authorizer that protects its methods. */
  readonly authorizer: ApiTokenAuthorizer;
  /** The name of the API. */
  readonly title: string;
  /** The version of the API, such as `1.0.0`. */
  readonly version: string;
  /**
   * What the API is for, in Markdown.
   *
   * @default - none
   */
  readonly description?: string;
  /**
   * What each permission lets a client do, by the permission.
   *
   * @default - permissions stand there by their names
   */
  readonly permissions?: Readonly<Record<string, string>>;
  /**
   * What the API's constructs do not say, as a part of an OpenAPI 3.1 document: `paths` with summaries
   * and responses, `components`, `servers`, `tags`, `info`. It is merged over what they say; a response
   * that API Gateway may give with the same status code stays beside it.
   *
   * @default - none
   */
  // biome-ignore lint/suspicious/noExplicitAny: jsii has no other word for JSON.
  readonly details?: Readonly<Record<string, any>>;
  /**
   * Whether the document's texts become documentation parts of the API, and a version of them
   * belongs to each of its stages: exports and portals of API Gateway show them then.
   *
   * @default true
   */
  readonly documentationParts?: boolean;
}

/** Source: Amazon API Gateway quotas, "Documentation parts per API". */
const MAX_PARTS = 2_000;

/** The id of the construct with the parts of an API. */
const PARTS = 'Documentation';

/**
 * Describes a REST API behind an {@link ApiTokenAuthorizer} by what the app declares of it: methods,
 * permissions, models, gateway responses and limits. Methods that are neither protected nor opened
 * by the authorizer are left out. Synth writes the document into the cloud assembly, where the local gateway
 * finds it.
 */
export class OpenApi extends Construct {
  readonly #props: OpenApiProps;
  readonly #api: CfnRestApi;

  /** @throws ConfigurationError if the API is none of this app, or a text is a CDK token */
  constructor(scope: Construct, id: string, props: OpenApiProps) {
    super(scope, id);
    const { defaultChild } = props.api.node;
    if (!(defaultChild instanceof CfnRestApi)) {
      throw new ConfigurationError(`api of ${this.node.path} must be a RestApi of this app`);
    }
    for (const prop of ['title', 'version', 'description', 'permissions', 'details'] as const) {
      const { [prop]: value } = props;
      if (value !== undefined && isKnownLater(value)) {
        throw new ConfigurationError(
          `${prop} of ${this.node.path} must be known at synth, got: ${UNRESOLVED}`,
        );
      }
    }
    this.#props = props;
    this.#api = defaultChild;
    if (props.documentationParts ?? true) whenDeclared(this, () => this.#addToTemplate());
    attachCustomSynthesis(this, {
      onSynthesize: ({ outdir }) =>
        writeAssemblyDocument(outdir, this, {
          api: this.#api,
          document: this.#described().document,
        }),
    });
  }

  /**
   * The OpenAPI 3.1 document, as JSON: to be asked for when the methods have been declared. It is
   * the same text for the same app.
   *
   * @throws ConfigurationError if `details` or `permissions` name a method or permission that the
   *   API does not have
   */
  // biome-ignore lint/suspicious/noExplicitAny: jsii has no other word for JSON.
  document(): Record<string, any> {
    return this.#described().document;
  }

  #described(): { document: OpenApiDocument; operations: DescribedOperation[] } {
    const { authorizer, permissions = {}, details = {}, title, version, description } = this.#props;
    const methods = declaredMethods(this.#api, authorizer);
    const models = new ModelSchemas();
    for (const { resource, requestModels, responses } of methods) {
      const named = [requestModels, ...responses.map((each) => each.models)].flatMap(Object.values);
      for (const model of named) models.refTo(model, resource);
    }
    const bodies = new BodySchemas(models.schemas);
    const limits = limitsInWords(
      Object.values(authorizer.usagePlans).map(({ node }) => node.defaultChild as CfnResource),
    );
    const gatewayResponses = declaredGatewayResponses(this.#api).map((response) =>
      response.type === 'THROTTLED' && limits !== undefined
        ? { ...response, description: `${response.description} ${limits}` }
        : response,
    );
    const context = { models, bodies, gatewayResponses };
    const operations = describedOperations(methods, pathsIn(details), context);
    const document = documentOf({
      title,
      version,
      description,
      headerName: authorizer.headerName,
      permissions,
      stageNames: this.#stages()
        .map(({ properties }) => properties.StageName)
        .filter((name) => typeof name === 'string'),
      operations,
      schemas: { ...models.schemas, ...bodies.schemas },
      details: details as JsonObject,
    });
    return { document, operations };
  }

  #stages() {
    return apiResources(this, 'AWS::ApiGateway::Stage').filter(({ api }) => api === this.#api);
  }

  /** Beside the API, where its stages can wait for it. */
  #addToTemplate(): void {
    const { document, operations } = this.#described();
    const authorizer = operations.find(({ method }) => method.authorizer)?.method.authorizer;
    const { Name: name } = authorizer ? renderedProperties(authorizer as CfnResource) : {};
    const parts = documentationParts(
      document,
      operations,
      typeof name === 'string' ? name : undefined,
    );
    if (parts.length > MAX_PARTS) {
      throw new ConfigurationError(
        `${pathOf(this.#api)} would have ${parts.length} documentation parts, and API Gateway takes ${MAX_PARTS}: set documentationParts of ${this.node.path} to false`,
      );
    }
    if (this.#api.node.tryFindChild(PARTS) !== undefined) {
      throw new ConfigurationError(
        `documentationParts of ${this.node.path} must be false: another OpenApi has made those of ${pathOf(this.#api)}`,
      );
    }
    const scope = new Construct(this.#api, PARTS);
    const restApiId = this.#api.ref;
    const last = parts.reduce<CfnDocumentationPart | undefined>((before, part) => {
      const resource = new CfnDocumentationPart(scope, idOf(part), {
        restApiId,
        location: part.location,
        properties: JSON.stringify(part.properties),
      });
      // API Gateway takes few of them a second, and CloudFormation fails where it is told to wait:
      // aws-cloudformation/cloudformation-coverage-roadmap#1095.
      if (before) resource.node.addDependency(before);
      return resource;
    }, undefined);
    const digest = createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 12);
    // API Gateway takes no spaces there.
    const documentationVersion = `${this.#props.version.replace(/[^\w.-]+/g, '-')}-${digest}`;
    const version = new CfnDocumentationVersion(scope, 'Version', {
      restApiId,
      documentationVersion,
    });
    if (last) version.node.addDependency(last);
    for (const { resource } of this.#stages()) {
      // One that the app has made of its own stays.
      if (!(resource instanceof CfnStage) || resource.documentationVersion !== undefined) continue;
      resource.documentationVersion = documentationVersion;
      resource.node.addDependency(version);
    }
  }
}

/** Whether there is a CDK token in a value, at any depth. */
const isKnownLater = (value: unknown): boolean =>
  Token.isUnresolved(value) ||
  (typeof value === 'object' && value !== null && Object.values(value).some(isKnownLater));

/** A part with another location is another resource: API Gateway has one at each. */
const idOf = ({ location: { type, method, path, statusCode, name } }: DocumentationPart): string =>
  [type, method, path, statusCode, name].filter(Boolean).join(' ').replaceAll('/', '|');
