import { Argument, Command, Option } from "commander";
import { CliFailure } from "./cli-error.ts";
import type { Context } from "./context.ts";
import { exitCodes } from "./exit-codes.ts";
import type { Shell } from "./verbs/completion.ts";

type Verb = (context: Context, words: readonly string[], options: never) => Promise<void>;

/** All verbs, their words and options. Each verb's own file is loaded when it is asked for. */
export function createProgram(context: Context): Command {
  const { t } = context;
  const program = new Command("latchkey");
  program
    .description(t("help.about"))
    .version(CLI_VERSION, "-V, --version", t("help.version"))
    .helpOption("-h, --help", t("help.help"))
    .helpCommand("help [command]", t("help.helpOf"))
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
    .configureHelp({
      styleTitle: (title) => titleOf(context, title),
      showGlobalOptions: true,
      // Choices and defaults stand in our own words.
      optionDescription: ({ description }) => description,
      argumentDescription: ({ description }) => description,
    })
    .addHelpText("after", `\n${t("help.begin")}\n\n${t("help.exitCodes")}`)
    .option("--json", t("help.json"))
    .option("--verbose", t("help.verbose"))
    .option("--no-input", t("help.noInput"))
    .option("--no-color", t("help.noColor"));

  const plan = () => new Option("--plan", t("help.plan"));
  const yes = () => new Option("-y, --yes", t("help.yes"));
  const passphrase = () => new Option("--passphrase-file <file>", t("help.passphraseFile"));
  const onlyOption = () =>
    new Option("--only <pattern>", t("help.only")).argParser(
      (pattern: string, former: string[] | undefined) => [...(former ?? []), pattern],
    );

  function verb(
    name: string,
    description: string,
    words: readonly Argument[],
    options: readonly Option[],
  ): Command {
    const command = program.command(name).description(description).exitOverride();
    command.helpOption("-h, --help", t("help.help"));
    for (const word of words) command.addArgument(word);
    for (const option of options) command.addOption(option);
    return command;
  }
  const doing = (command: Command, load: () => Promise<Verb>) =>
    command.action(async () => (await load())(context, command.args, command.opts<never>()));

  const key = () => new Argument("<key>", t("help.key"));
  const file = () => new Argument("<file>", t("help.file"));
  const set = verb(
    "set",
    t("help.set"),
    [new Argument("<key>", t("help.setKey"))],
    [new Option("--from-file <file>", t("help.fromFile")), new Option("--env <name>", t("help.envName"))],
  );
  // What stands behind the key, or begins with a dash, may be a value; it is refused without being quoted.
  set.allowExcessArguments().allowUnknownOption();
  doing(set, async () => (await import("./verbs/set.ts")).set);
  const get = program.command("get", { hidden: true }).helpOption(false);
  get
    .allowExcessArguments()
    .allowUnknownOption()
    .action(() => refuseToGet(context));
  doing(
    verb("list", t("help.list"), [], [new Option("--used-by", t("help.usedBy"))]),
    async () => (await import("./verbs/list.ts")).list,
  );
  doing(verb("show", t("help.show"), [key()], []), async () => (await import("./verbs/show.ts")).show);
  doing(
    verb(
      "rm",
      t("help.rm"),
      [new Argument("[keys...]", t("help.key"))],
      [yes(), new Option("--all", t("help.all")), new Option("--confirm <name>", t("help.confirm")), plan()],
    ),
    async () => (await import("./verbs/rm.ts")).rm,
  );
  doing(
    verb(
      "rename",
      t("help.rename"),
      [key(), new Argument("<new-key>", t("help.newKey"))],
      [new Option("--env <name>", t("help.envName"))],
    ),
    async () => (await import("./verbs/rename.ts")).rename,
  );
  doing(
    verb("alias", t("help.alias"), [key(), new Argument("[names...]", t("help.names"))], []),
    async () => (await import("./verbs/alias.ts")).alias,
  );
  // Only its help is here: `run` itself never comes this way.
  verb(
    "run",
    t("help.run"),
    [new Argument("<command...>", t("help.command"))],
    [
      onlyOption(),
      new Option("--keep-env", t("help.keepEnv")),
      new Option("--mask <when>", t("help.mask")).choices(["auto", "always", "never"]),
    ],
  ).usage("[options] -- <command...>");
  doing(verb("up", t("help.up"), [], []), async () => (await import("./verbs/up.ts")).up);
  doing(verb("env", t("help.env"), [], [onlyOption()]), async () => (await import("./verbs/env.ts")).env);
  const moving = () => [yes(), plan(), new Option("--replace", t("help.replace"))];
  doing(
    verb("import", t("help.import"), [file()], moving()),
    async () => (await import("./verbs/import.ts")).importFile,
  );
  doing(
    verb("migrate", t("help.migrate"), [new Argument("[file]", t("help.file"))], moving()),
    async () => (await import("./verbs/migrate.ts")).migrate,
  );
  doing(
    verb(
      "backup",
      t("help.backup"),
      [file()],
      [passphrase(), new Option("--skip-unreadable", t("help.skipUnreadable"))],
    ),
    async () => (await import("./verbs/backup.ts")).backup,
  );
  const conflict = new Option("--on-conflict <how>", t("help.onConflict")).choices([
    "keep",
    "replace",
    "both",
  ]);
  doing(
    verb("restore", t("help.restore"), [file()], [passphrase(), conflict, yes(), plan()]),
    async () => (await import("./verbs/restore.ts")).restore,
  );
  doing(
    verb("rehearse", t("help.rehearse"), [file()], [passphrase()]),
    async () => (await import("./verbs/rehearse.ts")).rehearse,
  );
  doing(
    verb("recover", t("help.recover"), [], [yes(), plan()]),
    async () => (await import("./verbs/recover.ts")).recover,
  );
  doing(verb("unlock", t("help.unlock"), [], []), async () => (await import("./verbs/unlock.ts")).unlock);
  doing(
    verb("doctor", t("help.doctor"), [], [new Option("--fix", t("help.fix"))]),
    async () => (await import("./verbs/doctor.ts")).doctor,
  );
  doing(
    verb(
      "audit",
      t("help.audit"),
      [],
      [
        new Option("-f, --follow", t("help.follow")),
        new Option("--verify", t("help.verify")).conflicts("follow"),
      ],
    ),
    async () => (await import("./verbs/audit.ts")).audit,
  );
  const shell = new Argument("<shell>", t("help.shell")).choices(["bash", "zsh", "fish", "powershell"]);
  const completion = verb("completion", t("help.completion"), [shell], []);
  completion.addHelpText("after", `\n${t("help.completionHow")}`).action(async (name: Shell) => {
    const { completionScript } = await import("./verbs/completion.ts");
    process.stdout.write(completionScript(name, program));
  });
  program
    .command("__keys", { hidden: true })
    .action(async () => (await import("./verbs/completion.ts")).printKeys());
  return program;
}

/** Replaced by the version of the package when the command is built. */
declare const CLI_VERSION: string;

async function refuseToGet({ t }: Context): Promise<void> {
  throw new CliFailure("cli.usage", exitCodes.usage, t("usage.get"), t("usage.getHow"));
}

function titleOf({ t }: Context, title: string): string {
  const titles: Record<string, string> = {
    "Usage:": t("title.usage"),
    "Options:": t("title.options"),
    "Global Options:": t("title.common"),
    "Commands:": t("title.commands"),
    "Arguments:": t("title.arguments"),
  };
  return titles[title] ?? title;
}
