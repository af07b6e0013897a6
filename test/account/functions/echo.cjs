// Answers with what it got; calls a URL from another address; or refuses as the client function does.
exports.handler = async (event) => {
  if (event.url) {
    const response = await fetch(event.url, { headers: event.headers });
    return { status: response.status, answer: await response.text() };
  }
  if (event.refuses) {
    const error = new Error('an operation that cannot be done');
    error.name = 'OperationRefused';
    throw error;
  }
  const { requestContext, headers } = event;
  const isHttp = event.version === '2.0';
  const { asked, arn, token } = isHttp
    ? (requestContext.authorizer?.lambda ?? {})
    : (requestContext.authorizer ?? {});
  const body = {
    asked,
    arn,
    token,
    sourceIp: (isHttp ? requestContext.http : requestContext.identity).sourceIp,
    method: isHttp ? requestContext.http.method : event.httpMethod,
    path: isHttp ? event.rawPath : event.path,
    route: isHttp ? event.routeKey : event.resource,
    parameters: event.pathParameters,
    body: event.body,
    isBase64Encoded: event.isBase64Encoded,
    headers,
  };
  return { statusCode: 200, body: JSON.stringify(body) };
};
