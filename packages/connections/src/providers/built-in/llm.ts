import type { WrittenProvider } from "./written-provider.ts";

const modelField = {
  name: "model",
  type: "string",
  title: "Default model",
  help: "Used where nothing else is asked for.",
  maxLength: 200,
} as const;

function addressField(address: string) {
  return {
    name: "base-url",
    type: "url",
    title: "Address",
    help: "Stays as it is unless requests go through a proxy of your own.",
    required: true,
    default: address,
    advanced: true,
  } as const;
}

const modelTexts = { title: "Модель по умолчанию", help: "Берётся там, где не указана другая." };
const addressTexts = {
  title: "Адрес",
  help: "Менять не нужно, если запросы не идут через свой прокси-сервер.",
};

/** What OpenAI's clients ask of a server, below its address. */
const openAiPaths = [
  { methods: ["GET"], paths: ["/models", "/models/*"] },
  {
    methods: ["POST"],
    paths: ["/chat/completions", "/completions", "/responses", "/embeddings", "/moderations"],
  },
] as const;

export const openai: WrittenProvider = {
  version: 1,
  id: "openai",
  title: "OpenAI",
  description: "Models of the OpenAI API.",
  group: "llm",
  icon: "openai",
  docsUrl: "https://platform.openai.com/api-keys",
  namespace: "llm",
  deliver: "server-env",
  fields: [
    {
      name: "api-key",
      type: "secret",
      title: "API key",
      help: "Made under API keys in the settings of your project.",
      required: true,
      prefixHint: "sk-",
      env: "OPENAI_API_KEY",
    },
    modelField,
    addressField("https://api.openai.com/v1"),
    { name: "organization", type: "string", title: "Organization", advanced: true, maxLength: 200 },
    { name: "project", type: "string", title: "Project", advanced: true, maxLength: 200 },
  ],
  http: {
    baseUrl: { field: "base-url" },
    credential: { type: "bearer", field: "api-key" },
    allow: openAiPaths,
  },
  test: { kind: "http", path: "/models" },
  l10n: {
    ru: {
      description: "Модели OpenAI API.",
      fields: {
        "api-key": { title: "Ключ API", help: "Создаётся в настройках проекта, в разделе API keys." },
        model: modelTexts,
        "base-url": addressTexts,
        organization: { title: "Организация" },
        project: { title: "Проект" },
      },
    },
  },
};

export const anthropic: WrittenProvider = {
  version: 1,
  id: "anthropic",
  title: "Anthropic",
  description: "Models of the Anthropic API.",
  group: "llm",
  icon: "anthropic",
  docsUrl: "https://console.anthropic.com/settings/keys",
  namespace: "llm",
  deliver: "server-env",
  fields: [
    {
      name: "api-key",
      type: "secret",
      title: "API key",
      help: "Made under API keys in the console.",
      required: true,
      prefixHint: "sk-ant-",
      env: "ANTHROPIC_API_KEY",
    },
    modelField,
    addressField("https://api.anthropic.com/v1"),
  ],
  http: {
    baseUrl: { field: "base-url" },
    headers: { "anthropic-version": "2023-06-01" },
    credential: { type: "header", name: { value: "x-api-key" }, field: "api-key" },
    allow: [
      { methods: ["GET"], paths: ["/models", "/models/*"] },
      { methods: ["POST"], paths: ["/messages", "/messages/count_tokens"] },
    ],
  },
  test: { kind: "http", path: "/models" },
  l10n: {
    ru: {
      description: "Модели Anthropic API.",
      fields: {
        "api-key": { title: "Ключ API", help: "Создаётся в консоли, в разделе API keys." },
        model: modelTexts,
        "base-url": addressTexts,
      },
    },
  },
};

export const openrouter: WrittenProvider = {
  version: 1,
  id: "openrouter",
  title: "OpenRouter",
  description: "Models of many makers with one key.",
  group: "llm",
  icon: "openrouter",
  docsUrl: "https://openrouter.ai/settings/keys",
  namespace: "llm",
  deliver: "server-env",
  fields: [
    {
      name: "api-key",
      type: "secret",
      title: "API key",
      help: "Made under Keys in the settings.",
      required: true,
      prefixHint: "sk-or-",
      env: "OPENROUTER_API_KEY",
    },
    modelField,
    addressField("https://openrouter.ai/api/v1"),
  ],
  http: {
    baseUrl: { field: "base-url" },
    credential: { type: "bearer", field: "api-key" },
    allow: [...openAiPaths, { methods: ["GET"], paths: ["/key", "/credits"] }],
  },
  // Its list of models is open to everyone and would say nothing of the key.
  test: { kind: "http", path: "/key" },
  l10n: {
    ru: {
      description: "Модели разных компаний по одному ключу.",
      fields: {
        "api-key": { title: "Ключ API", help: "Создаётся в настройках, в разделе Keys." },
        model: modelTexts,
        "base-url": addressTexts,
      },
    },
  },
};

export const openAiCompatible: WrittenProvider = {
  version: 1,
  id: "openai-compatible",
  title: "OpenAI-compatible server",
  description: "Any server that answers as the OpenAI API does.",
  group: "llm",
  icon: "server",
  namespace: "llm",
  deliver: "server-env",
  fields: [
    {
      name: "base-url",
      type: "url",
      title: "Address",
      help: "With its ending, often /v1.",
      placeholder: "https://models.example.com/v1",
      required: true,
    },
    { name: "api-key", type: "secret", title: "API key", help: "Left empty when the server asks for none." },
    modelField,
  ],
  http: {
    baseUrl: { field: "base-url" },
    credential: { type: "bearer", field: "api-key" },
    allow: openAiPaths,
  },
  test: { kind: "http", path: "/models" },
  l10n: {
    ru: {
      title: "Сервер, совместимый с OpenAI",
      description: "Любой сервер, который отвечает так же, как OpenAI API.",
      fields: {
        "base-url": { title: "Адрес", help: "Вместе с окончанием, часто это /v1." },
        "api-key": { title: "Ключ API", help: "Если сервер не просит ключ, поле остаётся пустым." },
        model: modelTexts,
      },
    },
  },
};

export const ollama: WrittenProvider = {
  version: 1,
  id: "ollama",
  title: "Ollama",
  description: "Models on your own computer. No key is needed.",
  group: "llm",
  icon: "ollama",
  docsUrl: "https://ollama.com/download",
  namespace: "llm",
  deliver: "server-env",
  fields: [
    {
      name: "base-url",
      type: "url",
      title: "Address",
      required: true,
      default: "http://127.0.0.1:11434",
    },
    modelField,
  ],
  http: {
    baseUrl: { field: "base-url" },
    credential: { type: "none" },
    allow: [
      { methods: ["GET"], paths: ["/api/tags", "/api/version", "/v1/models"] },
      { methods: ["POST"], paths: ["/api/chat", "/api/generate", "/api/embed", "/v1/chat/completions"] },
    ],
  },
  test: { kind: "http", path: "/api/tags" },
  l10n: {
    ru: {
      description: "Модели на вашем компьютере. Ключ не нужен.",
      fields: { "base-url": { title: "Адрес" }, model: modelTexts },
    },
  },
};
