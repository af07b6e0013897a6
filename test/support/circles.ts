/**
 * The first circle of resources that wait for each other in a template, which CloudFormation would
 * refuse; `undefined` if there is none.
 */
export function circleIn(resources: Readonly<Record<string, unknown>>): string[] | undefined {
  const done = new Set<string>();
  const visit = (id: string, path: readonly string[]): string[] | undefined => {
    if (path.includes(id)) return [...path.slice(path.indexOf(id)), id];
    if (done.has(id)) return undefined;
    for (const next of namesIn(resources[id])) {
      const circle = next in resources ? visit(next, [...path, id]) : undefined;
      if (circle) return circle;
    }
    done.add(id);
    return undefined;
  };
  for (const id of Object.keys(resources)) {
    const circle = visit(id, []);
    if (circle) return circle;
  }
  return undefined;
}

/** The logical ids that a part of a template names. */
function namesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(namesIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    if (key === 'Ref') return [String(inner)];
    if (key === 'Fn::GetAtt') return [String(Array.isArray(inner) ? inner[0] : inner)];
    if (key === 'DependsOn') return [inner].flat().map(String);
    if (key === 'Fn::Sub') {
      const text = String(Array.isArray(inner) ? inner[0] : inner);
      return [...text.matchAll(/\$\{(\w+)/g)].map(([, name = '']) => name);
    }
    return namesIn(inner);
  });
}
