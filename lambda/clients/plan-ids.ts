/**
 * Puts the bundled tiers and the deployed usage plans together.
 *
 * @param ids the value of the variable `PLAN_IDS`
 * @throws TypeError if they do not fit
 */
export function planIdsOf(plans: readonly string[], ids: string): ReadonlyMap<string, string> {
  const each = ids === '' ? [] : ids.split(' ');
  if (each.length !== plans.length || new Set(each).size !== each.length) {
    throw new TypeError(`${plans.length} plans, but PLAN_IDS is ${JSON.stringify(ids)}`);
  }
  return new Map(plans.map((plan, index) => [plan, each[index] ?? '']));
}
