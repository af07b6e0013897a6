// Answers with its event, or as `?answer=` says.
const answers = {
  // Nothing that says a status.
  malformed: () => ({ body: 'text' }),
  error: () => {
    throw new Error('secret detail');
  },
  headers: () => ({
    statusCode: 201,
    headers: { 'X-Single': 'a' },
    multiValueHeaders: { 'X-Multi': ['a', 'b'] },
    body: '{}',
  }),
};

export const handler = async (event) => {
  const answer = answers[event.queryStringParameters?.answer];
  return answer ? answer() : { statusCode: 200, body: JSON.stringify(event) };
};
