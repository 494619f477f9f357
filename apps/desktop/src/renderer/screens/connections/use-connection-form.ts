import type { Connection, ConnectionScope } from "@latchkey/api-contracts/connections";
import type { ErrorData } from "@latchkey/api-contracts/error-data";
import {
  addressOf,
  findFieldProblems,
  findSecretProblem,
  isSecretField,
  shownFields,
} from "@latchkey/api-contracts/fields";
import type { EnvName, SecretKey } from "@latchkey/api-contracts/ids";
import type {
  FieldDefinition,
  FieldName,
  FieldValue,
  ProviderDefinition,
} from "@latchkey/api-contracts/providers";
import type { Rule } from "@latchkey/api-contracts/rules";
import { useCallback, useLayoutEffect, useRef, useState } from "react";
import { useForm, useWatch } from "react-hook-form";
import { useTranslation } from "react-i18next";
import type { SecretInputHandle } from "../../components/secret-field/secret-input.tsx";
import { fromFormValues, toFormValues } from "./form-values.ts";
import type { SecretMode } from "./secret-slot.tsx";
import type { SaveOutcome } from "./use-save.ts";

/** What a form is opened with. */
export interface FormStart {
  readonly displayName: string;
  readonly scope: ConnectionScope;
  readonly fields: Readonly<Record<string, FieldValue>>;
  readonly aliases: readonly EnvName[];
}

/** What a form asks to be saved. Secrets are in it for the one call, and in no state. */
export interface Wanted {
  readonly displayName: string;
  readonly scope: ConnectionScope;
  readonly fields: Record<FieldName, FieldValue>;
  readonly secrets: Record<FieldName, string>;
  readonly generatedSecrets: FieldName[];
  readonly usedSecrets: Record<FieldName, SecretKey>;
  readonly removedSecrets: FieldName[];
  readonly aliases: EnvName[];
}

export interface ConnectionFormOptions {
  readonly definition: ProviderDefinition;
  readonly start: FormStart;
  /** The saved secrets. */
  readonly saved: Connection["secrets"];
  readonly onSave: (wanted: Wanted, isTested: boolean) => Promise<SaveOutcome>;
}

type Ticked = Readonly<Record<string, boolean>>;

const problemWords: ReadonlySet<Rule> = new Set<Rule>([
  "missing",
  "wrong-type",
  "wrong-form",
  "too-long",
  "too-short",
  "out-of-range",
  "not-allowed",
  "duplicate",
  "unknown-field",
]);

/** The form that a definition asks for. Its state has what is no secret; a typed secret stays in its control. */
export function useConnectionForm({ definition, start, saved, onSave }: ConnectionFormOptions) {
  const { t } = useTranslation();
  const form = useForm({
    defaultValues: {
      displayName: start.displayName,
      scope: start.scope,
      values: toFormValues(definition, start.fields),
      aliases: Object.fromEntries(start.aliases.map((name) => [name, true])),
    },
    shouldFocusError: false,
  });
  const controls = useWatch({ control: form.control, name: "values" });
  const values = fromFormValues(definition, controls);
  const shown = shownFields(definition, values);
  const handles = useRef(new Map<string, SecretInputHandle>());
  const [modes, setModes] = useState<Readonly<Record<string, SecretMode>>>({});
  const [usedKeys, setUsedKeys] = useState<Readonly<Record<string, SecretKey | undefined>>>({});
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const [problems, setProblems] = useState<Readonly<Record<string, string>>>({});
  const [error, setError] = useState<ErrorData>();
  const changed = useRef<string>(undefined);
  useLayoutEffect(() => {
    // What was pressed went with the former look of the field.
    if (changed.current !== undefined) focusInField(changed.current);
    changed.current = undefined;
  });
  const [isSending, setIsSending] = useState(false);

  // A saved secret goes where it was saved for: for another address it is entered again.
  const isElsewhere = addressOf(definition, start.fields) !== addressOf(definition, values);
  const modeOf = (name: FieldName): SecretMode =>
    modes[name] ?? (saved[name] && !isElsewhere ? "saved" : "typed");
  const secretFields = shown.filter(isSecretField);
  const isDirty = form.formState.isDirty || touched.size > 0 || Object.keys(modes).length > 0;

  const wordOf = useCallback(
    (rule: Rule, field?: FieldDefinition): string => {
      if (rule === "wrong-form" && field?.pattern) return field.pattern.hint;
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the set has exactly the words of the catalog
      return t(`connections.problem.${(problemWords.has(rule) ? rule : "other") as "missing"}`);
    },
    [t],
  );

  /** The typed secrets of the fields that are shown. */
  function readSecrets(): Record<FieldName, string> {
    return Object.fromEntries(
      secretFields.flatMap(({ name }) => {
        const typed = modeOf(name) === "typed" ? (handles.current.get(name)?.read() ?? "") : "";
        return typed === "" ? [] : [[name, typed]];
      }),
    );
  }

  const secretsThatAre = (mode: SecretMode): FieldName[] =>
    secretFields.map(({ name }) => name).filter((name) => modeOf(name) === mode);

  /** The keys that are chosen for the fields that use another secret. */
  function usedSecrets(): Record<FieldName, SecretKey> {
    return Object.fromEntries(
      secretsThatAre("used").flatMap((name) => {
        const key = usedKeys[name];
        return key ? [[name, key]] : [];
      }),
    );
  }

  function findProblems(displayName: string, secrets: Record<FieldName, string>): Record<string, string> {
    const byName = new Map(definition.fields.map((field) => [field.name, field]));
    const found: Record<string, string> = {};
    if (displayName.trim() === "") found["displayName"] = wordOf("missing");
    for (const { field, rule } of findFieldProblems(definition, values)) {
      found[field] = wordOf(rule, byName.get(field));
    }
    for (const field of secretFields) {
      const typed = secrets[field.name];
      const mode = modeOf(field.name);
      const isWanted = field.required || saved[field.name] || modes[field.name] === "typed";
      const isMissing =
        (mode === "typed" && typed === undefined && isWanted) || (mode === "used" && !usedKeys[field.name]);
      const rule = isMissing ? "missing" : typed && findSecretProblem(field, typed);
      if (rule) found[field.name] = wordOf(rule, field);
    }
    return found;
  }

  function focusOn(name: string): void {
    const handle = handles.current.get(name);
    if (handle) handle.focus();
    else if (modes[name] === "used") focusInField(name);
    else if (name === "displayName") form.setFocus("displayName");
    else form.setFocus(`values.${name}`);
  }

  /** Shows what is wrong. The summary takes the focus when that is more than one field. */
  function show(found: Record<string, string>): void {
    setProblems(found);
    const [name, ...others] = Object.keys(found);
    if (name && others.length === 0) focusOn(name);
  }

  async function send(
    { displayName, scope, aliases }: Pick<FormStart, "displayName" | "scope"> & { aliases: Ticked },
    isTested: boolean,
  ): Promise<void> {
    const secrets = readSecrets();
    const found = findProblems(displayName, secrets);
    setError(undefined);
    show(found);
    if (Object.keys(found).length > 0) return;
    for (const name of Object.keys(secrets)) handles.current.get(name)?.write("");
    setIsSending(true);
    const wanted = {
      displayName: displayName.trim(),
      scope,
      fields: values,
      secrets,
      generatedSecrets: secretsThatAre("generated"),
      usedSecrets: usedSecrets(),
      removedSecrets: secretsThatAre("removed"),
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the names come from the definition
      aliases: Object.keys(aliases).filter((name) => aliases[name]) as EnvName[],
    };
    const outcome = await onSave(wanted, isTested);
    setIsSending(false);
    if (outcome === "saved") return;
    // What was typed is put back, so that nothing is typed twice.
    for (const [name, typed] of Object.entries(secrets)) handles.current.get(name)?.write(typed);
    if (outcome !== "failing") showFailure(outcome);
  }

  function showFailure(failure: ErrorData): void {
    const { field, rule } = failure.details;
    const known = definition.fields.find(({ name }) => name === field);
    if (failure.code === "connections.address-changed" && known) show({ [known.name]: wordOf("missing") });
    else if (failure.code === "connections.name-taken") show({ displayName: wordOf("duplicate") });
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- rules of errors are closed words
    else if (known && rule) show({ [known.name]: wordOf(rule as Rule, known) });
    else setError(failure);
  }

  return {
    form,
    values,
    shown,
    problems,
    error,
    isSending,
    isDirty,
    isElsewhere,
    modeOf,
    focusOn,
    readSecrets,
    removedSecrets: () => secretsThatAre("removed"),
    usedSecrets,
    usedKeyOf: (name: FieldName) => usedKeys[name] ?? "",
    use: (name: FieldName, key: SecretKey | undefined) => {
      setUsedKeys((former) => ({ ...former, [name]: key }));
      setProblems((former) => without(former, name));
    },
    /** Shows what is wrong with the fields, whatever the name is; true when nothing is. */
    checkFields: (): boolean => {
      const found = without(findProblems("", readSecrets()), "displayName");
      show(found);
      return Object.keys(found).length === 0;
    },
    setMode: (name: FieldName, mode: SecretMode) => {
      setModes((former) => ({ ...without(former, name), ...(mode !== "saved" && { [name]: mode }) }));
      changed.current = name;
    },
    onSecretEdit: (name: FieldName) => {
      setTouched((former) => (former.has(name) ? former : new Set([...former, name])));
      setProblems((former) => without(former, name));
    },
    attach: (name: FieldName) => (handle: SecretInputHandle | null) => {
      if (handle) handles.current.set(name, handle);
      else handles.current.delete(name);
    },
    clearProblem: (name: string) => setProblems((former) => without(former, name)),
    save: (isTested: boolean): void => {
      if (!isSending) void form.handleSubmit((data) => send(data, isTested))();
    },
  };
}

function focusInField(name: string): void {
  document.querySelector<HTMLElement>(`[data-field="${name}"] :is(input, select, textarea, button)`)?.focus();
}

function without<T>(map: Readonly<Record<string, T>>, name: string): Record<string, T> {
  return Object.fromEntries(Object.entries(map).filter(([key]) => key !== name));
}
