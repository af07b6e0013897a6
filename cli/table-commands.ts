import { type Command, Option } from 'commander';
import { UsageProblem } from '../terminal/problem.ts';
import { type CreateOptions, create } from './commands/create.ts';
import { deleteClient } from './commands/delete.ts';
import { IMPORT_HELP, type ImportOptions, importClients } from './commands/import.ts';
import { type SetOptions, set } from './commands/set.ts';
import type { Run, SetExitCode } from './program.ts';
import {
  parseClientName,
  parsePermissions,
  parseSources,
  parseState,
} from './table/table-options.ts';

/** Adds the commands that only the clients of a table have. */
export function addTableCommands(program: Command, run: Run, setExitCode: SetExitCode): void {
  addCreate(program, run);
  addSet(program, run);
  addDelete(program, run);
  addImport(program, run, setExitCode);
}

const permissions = () =>
  new Option(
    '--permissions <permissions>',
    'what it may do: with spaces between and in quotes, or the option several times',
  ).argParser(parsePermissions);

const sources = () =>
  new Option(
    '--sources <sources>',
    'the only addresses and blocks from which it may call, such as "203.0.113.0/24 2001:db8::/32"',
  ).argParser(parseSources);

function addCreate(program: Command, run: Run): void {
  program
    .command('create')
    .description('add a client to the client table, and print its token to standard output')
    .argument('<client>', 'name of the client', parseClientName)
    .addOption(permissions().makeOptionMandatory())
    .option('--plan <plan>', 'the plan with its limits')
    .addOption(sources())
    .option('--yes', 'do not ask before printing to a terminal')
    .action((client: string, options: CreateOptions, command: Command) =>
      run(command, (context) => create(context, client, options)),
    );
}

function addSet(program: Command, run: Run): void {
  program
    .command('set')
    .description('change a client of the client table, for all its tokens at once')
    .argument('<client>', 'name of the client', parseClientName)
    .addOption(permissions())
    .option('--plan <plan>', 'the plan with its limits')
    .option('--state <state>', 'active or suspended: its tokens are kept, and refused', parseState)
    .addOption(sources())
    .addOption(new Option('--any-source', 'let it call from everywhere').conflicts('sources'))
    .action((client: string, options: SetOptions, command: Command) =>
      run(command, (context) => set(context, client, options)),
    );
}

function addDelete(program: Command, run: Run): void {
  program
    .command('delete')
    .description('remove a client from the client table, and end its tokens now')
    .argument('<client>', 'name of the client')
    .option('--yes', 'do not ask')
    .action((client: string, options: { yes?: boolean }, command: Command) =>
      run(command, (context) => deleteClient(context, client, options)),
    );
}

function addImport(program: Command, run: Run, setExitCode: SetExitCode): void {
  program
    .command('import')
    .description('add the clients of a CSV file to the client table')
    .argument('<file>', 'the file')
    .option('--tokens <file>', 'where to write the tokens that are made: a new file, of mode 0600')
    .addHelpText('after', IMPORT_HELP)
    .action((file: string, options: ImportOptions, command: Command) =>
      run(command, (context) => importClients(context, file, options).then(setExitCode)),
    )
    .exitOverride((error) => {
      if (error.code !== 'commander.missingArgument') throw error;
      throw new UsageProblem('The name of the file is missing.');
    });
}
