import { Command, type CommanderError, Option } from 'commander';
import { COMMANDS } from '../terminal/command-names.ts';
import { UsageProblem } from '../terminal/problem.ts';
import { LIST_HELP, type ListOptions, list } from './commands/list.ts';
import { REVOKE_HELP, type RevokeOptions, revoke } from './commands/revoke.ts';
import { type RotateOptions, rotate } from './commands/rotate.ts';
import { show } from './commands/show.ts';
import { USAGE_HELP, type UsageOptions, usage } from './commands/usage.ts';
import { verify } from './commands/verify.ts';
import { type Context, type GlobalOptions, newContext } from './context.ts';
import { DEFAULT_LAST_USED_DAYS, parseDays } from './days.ts';
import { parseOverlap } from './duration.ts';
import type { Io } from './io.ts';
import { parseClientName } from './table/table-options.ts';
import { addTableCommands } from './table-commands.ts';

const AFTER_HELP = `
Exit codes:
  0  done; for verify: the token is valid; for list: the authorizer accepts what the secrets say;
     for import: no line failed
  1  refused or failed; for verify: the token is not valid; for list: it accepts something else;
     for import: a line failed
  2  the command line is wrong, or there is no terminal to ask at

Credentials, region and endpoint come from where the AWS CLI takes them.
In a pipe or a script: ${COMMANDS.tokensInPipe} <command>`;

/** Runs a command with its context, which it makes from the command line's options. */
export type Run = (command: Command, action: (context: Context) => Promise<void>) => Promise<void>;

/** Tells the exit code of a command that has an answer other than 0 to give. */
export type SetExitCode = (exitCode: number) => void;

/**
 * The command line.
 *
 * @param setExitCode is told the exit code of `list`, `verify` and `import`, whose answer it is a part of
 */
export function newProgram(io: Io, setExitCode: SetExitCode): Command {
  const program = new Command(COMMANDS.tokens)
    .description('Looks after the clients of a deployed stack, and their API tokens.')
    .option(
      '--stack <name>',
      'the stack with the clients (default: the only one in the account and region)',
      parseStack,
    )
    .option('--profile <name>', 'AWS profile, as for the AWS CLI')
    .option('--region <name>', 'AWS region, as for the AWS CLI')
    .option('--json', 'print the answer as JSON')
    .helpOption('--help', 'show this help')
    .helpCommand(false)
    .addHelpText('after', AFTER_HELP)
    .allowExcessArguments(false)
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      outputError: () => undefined,
    })
    .exitOverride();
  const run: Run = (command, action) =>
    action(newContext(io, command.optsWithGlobals<GlobalOptions>()));
  // The order of the help.
  addList(program, run, setExitCode);
  addShow(program, run);
  addRotate(program, run);
  addRevoke(program, run);
  addUsage(program, run);
  addVerify(program, run, setExitCode);
  addTableCommands(program, run, setExitCode);
  return program;
}

function addList(program: Command, run: Run, setExitCode: SetExitCode): void {
  program
    .command('list')
    .description('clients, permissions, token ids, age and end; never a token')
    .option('--page <client>', 'go on after this client of the client table', parseClientName)
    .addOption(
      new Option(
        '--last-used [days]',
        'also say when each token was last used, in so many days from 1 to 90; a query costs money',
      )
        .preset(String(DEFAULT_LAST_USED_DAYS))
        .argParser(parseDays),
    )
    .addHelpText('after', LIST_HELP)
    .action((options: ListOptions, command: Command) =>
      run(command, (context) => list(context, options).then(setExitCode)),
    );
}

function addShow(program: Command, run: Run): void {
  program
    .command('show')
    .description(
      'print the current token of a client in code, and nothing else, to standard output',
    )
    .argument('<client>', 'name of the client')
    .option('--yes', 'do not ask before printing to a terminal')
    .action((client: string, options: { yes?: boolean }, command: Command) =>
      run(command, (context) => show(context, client, options)),
    );
}

function addRotate(program: Command, run: Run): void {
  program
    .command('rotate')
    .description(
      'issue a new token to a client; the old one stays valid for a while; of a client of the client table, print it',
    )
    .argument('<client>', 'name of the client')
    .option(
      '--overlap <duration>',
      'how long, from 0s to 30d (default: as deployed, 24h)',
      parseOverlap,
    )
    .addOption(new Option('--now', 'end the old token at once').conflicts('overlap'))
    .option('--yes', 'do not ask when a rotation is under way, or before printing to a terminal')
    .action((client: string, options: RotateOptions, command: Command) =>
      run(command, (context) => rotate(context, client, options)),
    );
}

function addRevoke(program: Command, run: Run): void {
  program
    .command('revoke')
    .description('end every token of a client now')
    .argument('<client>', 'name of the client')
    .option('--previous', 'end the older tokens only, and keep the current one')
    .option('--yes', 'do not ask')
    .addHelpText('after', REVOKE_HELP)
    .action((client: string, options: RevokeOptions, command: Command) =>
      run(command, (context) => revoke(context, client, options)),
    );
}

function addUsage(program: Command, run: Run): void {
  program
    .command('usage')
    .description('requests by day, and what is left of the quota, of a client or of all in code')
    .argument('[client]', 'name of the client')
    .option('--days <number>', 'how many days, from 1 to 90, today included', parseDays, 7)
    .addHelpText('after', USAGE_HELP)
    .action((client: string | undefined, options: UsageOptions, command: Command) =>
      run(command, (context) => usage(context, client, options)),
    );
}

function addVerify(program: Command, run: Run, setExitCode: SetExitCode): void {
  program
    .command('verify')
    .description('say whose token is on standard input, what it opens and until when')
    .action((_options, command: Command) =>
      run(command, (context) => verify(context).then(setExitCode)),
    )
    .exitOverride((error) => {
      if (error.code !== 'commander.excessArguments') throw error;
      throw new UsageProblem(
        'A token does not belong on the command line, where the shell keeps it: pass it on standard input, and rotate this one.',
      );
    });
}

function parseStack(text: string): string {
  if (/^(arn:[\w-]+:cloudformation:[\w:/-]+|[a-z][a-z\d-]{0,127})$/i.test(text)) return text;
  throw new UsageProblem('The name of a stack has letters, digits and hyphens.');
}

/**
 * Says what is wrong with a command line. Does not repeat it: a part of it might be a token.
 */
export function usageProblem({ code, message }: CommanderError): UsageProblem {
  const next = `\`${COMMANDS.tokens} --help\` lists what there is.`;
  const texts: Readonly<Record<string, string>> = {
    'commander.unknownCommand': 'There is no such command.',
    'commander.unknownOption': 'There is no such option.',
    'commander.excessArguments': 'There are too many arguments.',
    'commander.missingArgument': 'The name of the client is missing.',
    'commander.missingMandatoryOptionValue': 'The permissions are missing: add --permissions.',
  };
  const text = texts[code] ?? message.replace(/^error: /, '').replace(/\.?$/, '.');
  return new UsageProblem(`${text} ${next}`);
}
