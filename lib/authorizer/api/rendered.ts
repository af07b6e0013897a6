import {
  type CfnElement,
  CfnParameter,
  type CfnResource,
  CfnStack,
  DefaultTokenResolver,
  type IPostProcessor,
  type IResolvable,
  type IResolveContext,
  Reference,
  Stack,
  Tokenization,
} from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** A part of another resource: `Ref`, or the name of one of its attributes. */
export interface ResourceReference {
  readonly target: IConstruct;
  readonly attribute: string;
}

/** A resource as it will be in the template. */
export interface RenderedResource {
  readonly type: unknown;
  /** The name of the condition on which CloudFormation makes it, if there is one. */
  readonly condition: unknown;
  readonly properties: Readonly<Record<string, unknown>>;
}

/**
 * The resources of a part of a template as CloudFormation will get them, with every override; a
 * reference names the construct's path in place of a logical id, which says what it means in every
 * stack of the app.
 */
export function renderedResources(element: CfnElement): RenderedResource[] {
  const template = render(element._toCloudFormation(), element, new PathResolver());
  return Object.values(objectIn(template, 'Resources')).map((resource) => {
    const { Type: type, Condition: condition } = Object(resource) as Record<string, unknown>;
    return { type, condition, properties: objectIn(resource, 'Properties') };
  });
}

/** A resource's properties as CloudFormation will get them. */
export function renderedProperties(resource: CfnResource): RenderedResource['properties'] {
  return renderedResources(resource)[0]?.properties ?? {};
}

/** Every construct that a part of a template refers to, and so waits for. */
export function referencedBy(element: CfnElement): IConstruct[] {
  const resolver = new PathResolver();
  render(element._toCloudFormation(), element, resolver);
  return [...resolver.targets];
}

/**
 * What a rendered value refers to, also through the parameters of nested stacks; `undefined` if it
 * is no reference to a construct of this app.
 */
export function referenceIn(value: unknown, scope: IConstruct): ResourceReference | undefined {
  const [path, attribute] = pathsIn(value);
  const target = path === undefined ? undefined : findByPath(scope.node.root, path);
  if (target === undefined || attribute === undefined) return undefined;
  if (!(target instanceof CfnParameter)) return { target, attribute };
  const nested = Stack.of(target).nestedStackResource;
  if (!(nested instanceof CfnStack)) return undefined;
  const given = objectIn(renderedProperties(nested), 'Parameters');
  return referenceIn(given[Stack.of(target).resolve(target.logicalId)], nested);
}

/** What stands for a construct that a reference names: what a nested stack's parameter was given. */
export function givenFor(target: IConstruct): IConstruct | undefined {
  return referenceIn({ 'Fn::GetAtt': [target.node.path, 'Ref'] }, target)?.target;
}

/** The object in a property of a rendered value; empty if there is none. */
export function objectIn(value: unknown, property: string): Readonly<Record<string, unknown>> {
  const inner: unknown = Object(value)[property];
  return typeof inner === 'object' && inner !== null ? { ...inner } : {};
}

/** How an app names a resource: its own path, without the `Resource` that CDK puts below it. */
export function pathOf(construct: IConstruct): string {
  const { id, path, scope } = construct.node;
  return id === 'Resource' && scope ? scope.node.path : path;
}

/** References become paths, and all else what CDK makes of it. */
class PathResolver extends DefaultTokenResolver {
  readonly targets = new Set<IConstruct>();

  constructor() {
    super({ join: (left: unknown, right: unknown) => ({ 'Fn::Join': ['', [left, right]] }) });
  }

  override resolveToken(
    token: IResolvable,
    context: IResolveContext,
    postProcessor: IPostProcessor,
  ): unknown {
    if (!Reference.isReference(token)) return super.resolveToken(token, context, postProcessor);
    this.targets.add(token.target);
    // CDK takes it for an intrinsic function, wherever a property wants a text.
    return { 'Fn::GetAtt': [token.target.node.path, token.displayName] };
  }
}

const render = (value: unknown, scope: IConstruct, resolver: PathResolver): unknown =>
  Tokenization.resolve(value, { scope, resolver });

function pathsIn(value: unknown): string[] {
  const { 'Fn::GetAtt': paths } = Object(value) as Record<string, unknown>;
  return Array.isArray(paths) && paths.every((each) => typeof each === 'string') ? paths : [];
}

const findByPath = (root: IConstruct, path: string): IConstruct | undefined =>
  path.split('/').reduce<IConstruct | undefined>((at, id) => at?.node.tryFindChild(id), root);
