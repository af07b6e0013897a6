import { stripTypeScriptTypes } from 'node:module';

/** Jest's transformer: Node's own type stripping, so that tests run the code as Node does. */
export default { process: (source) => ({ code: stripTypeScriptTypes(source) }) };
