import { test } from 'node:test';
import type { Locator } from 'playwright-core';

/** A test; they run one after the other. */
export const check = (name: string, run: () => Promise<void>): void => void test(name, run);

/** Waits until a locator finds something that can be seen. */
export const see = (locator: Locator) => locator.first().waitFor();

/** Whether the keyboard's focus is there. */
export const hasFocus = async (locator: Locator) =>
  (await locator.and(locator.page().locator(':focus')).count()) === 1;
