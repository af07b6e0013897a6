import { describe, expect, test } from '@jest/globals';
import { openRoutes, routeOf } from '../../../../lambda/contract/access/route.ts';

describe('the route of a method', () => {
  test.each([
    ['POST', '/jobs', 'POST/jobs'],
    ['GET', '/jobs/{id}', 'GET/jobs/?*'],
    ['GET', '/jobs/{id}/logs/{line}', 'GET/jobs/?*/logs/?*'],
    ['PUT', '/files/{path+}', 'PUT/files/?*'],
    ['GET', '/', 'GET/'],
  ])('%s %s is %s', (httpMethod, path, route) => {
    expect(routeOf(httpMethod, path)).toBe(route);
  });
});

test('grants open the routes of their permissions, each once, in the order of the registry', () => {
  const routes = {
    'job.create': ['POST/jobs'],
    'job.read': ['GET/jobs', 'GET/jobs/?*'],
    'job.list': ['GET/jobs'],
    'file.read': ['GET/files'],
  } as const;
  expect(openRoutes(['job.*'], routes)).toEqual(['POST/jobs', 'GET/jobs', 'GET/jobs/?*']);
  expect(openRoutes(['file.read', 'job.create'], routes)).toEqual(['POST/jobs', 'GET/files']);
  expect(openRoutes([], routes)).toEqual([]);
});
