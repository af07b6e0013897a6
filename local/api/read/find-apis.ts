import { stringAt } from '../../json.ts';
import type { Stack } from '../../template/stack.ts';
import type { FoundApi } from './read-rest-api.ts';

type Unnamed = Omit<FoundApi, 'name'>;

const apiName = ({ resource: { properties, logicalId } }: Unnamed) =>
  stringAt(properties, 'Name') ?? logicalId;

/** How to name an API, the shortest form first; no two APIs have the same name in the last one. */
const forms: readonly ((api: Unnamed) => string)[] = [
  apiName,
  (api) => `${api.stack.stackName}/${apiName(api)}`,
  ({ stack, resource }) => `${stack.stackName}/${resource.logicalId}`,
];

/** The REST APIs of some stacks, named in the shortest form that tells them all apart. */
export function findApis(stacks: readonly Stack[]): FoundApi[] {
  const apis = stacks.flatMap((stack) =>
    stack.resources('AWS::ApiGateway::RestApi').map((resource) => ({ stack, resource })),
  );
  const names = forms
    .map((form) => apis.map(form))
    .find((each) => new Set(each).size === each.length);
  return apis.map((api, index) => ({ ...api, name: names?.[index] ?? apiName(api) }));
}
