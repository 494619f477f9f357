import type { WrittenProvider } from "./written-provider.ts";

export const sftp: WrittenProvider = {
  version: 1,
  id: "sftp",
  title: "SFTP",
  description: "Files on a server, over SSH.",
  group: "files",
  icon: "files",
  namespace: "sftp",
  deliver: "server-env",
  fields: [
    { name: "host", type: "host", title: "Host", placeholder: "files.example.com", required: true },
    { name: "port", type: "port", title: "Port", required: true, default: 22 },
    { name: "username", type: "string", title: "User name", required: true, maxLength: 200 },
    {
      name: "auth",
      type: "enum",
      title: "Sign-in",
      required: true,
      default: "password",
      options: [
        { value: "password", title: "Password" },
        { value: "key", title: "Private key" },
      ],
    },
    {
      name: "password",
      type: "secret",
      title: "Password",
      required: true,
      showWhen: { field: "auth", equals: ["password"] },
    },
    {
      name: "private-key",
      type: "multiline-secret",
      title: "Private key",
      help: "The whole text, from BEGIN to END. Its line breaks are kept.",
      required: true,
      secret: { maxBytes: 16_384 },
      showWhen: { field: "auth", equals: ["key"] },
    },
    {
      name: "passphrase",
      type: "secret",
      title: "Passphrase",
      help: "Left empty when the key has none.",
      showWhen: { field: "auth", equals: ["key"] },
    },
    {
      name: "folder",
      type: "string",
      title: "Folder",
      help: "Where to begin on the server.",
      default: ".",
      maxLength: 1_000,
      advanced: true,
    },
    {
      name: "host-key",
      type: "string",
      title: "Host key",
      help: "Pinned at the first test. A server with another key is refused.",
      maxLength: 120,
      pattern: {
        source: "[a-z0-9@.-]+ SHA256:[A-Za-z0-9+/]{43}",
        hint: "A form such as ssh-ed25519 SHA256:… of ssh-keyscan and ssh-keygen -l.",
      },
      advanced: true,
    },
  ],
  test: { kind: "sftp" },
  l10n: {
    ru: {
      description: "Файлы на сервере, через SSH.",
      fields: {
        host: { title: "Сервер" },
        port: { title: "Порт" },
        username: { title: "Имя пользователя" },
        auth: { title: "Способ входа", options: { password: "Пароль", key: "Закрытый ключ" } },
        password: { title: "Пароль" },
        "private-key": {
          title: "Закрытый ключ",
          help: "Весь текст, от BEGIN до END. Переводы строк сохраняются.",
        },
        passphrase: { title: "Пароль ключа", help: "Если у ключа его нет, поле остаётся пустым." },
        folder: { title: "Папка", help: "С какой папки на сервере начинать." },
        "host-key": {
          title: "Ключ сервера",
          help: "Запоминается при первой проверке. Сервер с другим ключом не принимается.",
          patternHint: "Вид ssh-ed25519 SHA256:…, как его печатает ssh-keygen -l.",
        },
      },
    },
  },
};

export const mcpStdio: WrittenProvider = {
  version: 1,
  id: "mcp-stdio",
  title: "MCP server (program)",
  description: "A program on this computer that speaks MCP over its input and output.",
  group: "mcp",
  icon: "program",
  namespace: "mcp.system",
  deliver: "server-env",
  fields: [
    {
      name: "command",
      type: "path",
      path: "file",
      title: "Program",
      help: "It runs with your rights. Choose only what you trust.",
      placeholder: "npx",
      required: true,
      maxLength: 1_000,
    },
    { name: "args", type: "string-list", title: "Arguments", help: "One a line. No secrets here." },
    { name: "folder", type: "path", path: "folder", title: "Folder", maxLength: 1_000, advanced: true },
    {
      name: "variables",
      type: "key-value",
      title: "Variables",
      help: "NAME=value, one a line. No secrets here.",
      advanced: true,
    },
    { name: "token", type: "secret", title: "Secret", help: "Left empty when the program needs none." },
    {
      name: "token-variable",
      type: "string",
      title: "Variable for the secret",
      help: "The name under which the program looks for it.",
      default: "API_KEY",
      maxLength: 200,
      pattern: { source: "[A-Z_][A-Z0-9_]*", hint: "Capital letters, digits and underscores." },
    },
  ],
  test: { kind: "mcp-stdio" },
  l10n: {
    ru: {
      title: "Сервер MCP (программа)",
      description: "Программа на этом компьютере, которая общается по MCP через ввод и вывод.",
      fields: {
        command: {
          title: "Программа",
          help: "Она работает с вашими правами. Выбирайте только то, чему доверяете.",
        },
        args: { title: "Аргументы", help: "По одному в строке. Секретов здесь быть не должно." },
        folder: { title: "Папка" },
        variables: {
          title: "Переменные",
          help: "ИМЯ=значение, по одной в строке. Секретов здесь быть не должно.",
        },
        token: { title: "Секрет", help: "Если программе он не нужен, поле остаётся пустым." },
        "token-variable": {
          title: "Переменная для секрета",
          help: "Имя, под которым программа его ищет.",
          patternHint: "Заглавные латинские буквы, цифры и подчёркивания.",
        },
      },
    },
  },
};

export const mcpHttp: WrittenProvider = {
  version: 1,
  id: "mcp-http",
  title: "MCP server (address)",
  description: "A server that speaks MCP over HTTP.",
  group: "mcp",
  icon: "server",
  namespace: "mcp.system",
  deliver: "server-env",
  fields: [
    {
      name: "url",
      type: "url",
      title: "Address",
      placeholder: "https://mcp.example.com/mcp",
      required: true,
    },
    { name: "token", type: "secret", title: "Token", help: "Left empty when the server asks for none." },
  ],
  test: { kind: "mcp-http" },
  l10n: {
    ru: {
      title: "Сервер MCP (адрес)",
      description: "Сервер, который общается по MCP через HTTP.",
      fields: {
        url: { title: "Адрес" },
        token: { title: "Токен", help: "Если сервер не просит токен, поле остаётся пустым." },
      },
    },
  },
};
