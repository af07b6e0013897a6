/** The commands as whoever runs this code calls them: in this repository, or from the package of tools. */
export const COMMANDS = import.meta.url.endsWith('.ts')
  ? {
      tokens: 'npm run tokens --',
      tokensInPipe: 'npm run --silent tokens --',
      start: 'npm start',
      gateway: 'npm start --',
    }
  : {
      tokens: 'npx api-tokens',
      tokensInPipe: 'npx api-tokens',
      start: 'npx api-gateway-local',
      gateway: 'npx api-gateway-local',
    };
