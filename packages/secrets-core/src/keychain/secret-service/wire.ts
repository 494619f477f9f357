import * as z from "zod";

/** The answers of the Secret Service, as the bus library gives them: each value of an answer in a list. */

const Path = z.string();
const Bytes = z.instanceof(Buffer);

/** A value with its type beside it. */
const variantOf = <T extends z.ZodType>(value: T) => z.tuple([z.unknown(), z.tuple([value])]);

/** A secret: session, parameters, sealed value, content type. */
const Secret = z.tuple([Path, Bytes, Bytes, z.string()]);

export const SearchAnswer = z.tuple([z.array(Path), z.array(Path)]);
export const SessionAnswer = z.tuple([variantOf(Bytes), Path]);
export const SecretsAnswer = z.tuple([z.array(z.tuple([Path, Secret]))]);
export const AttributesAnswer = z.tuple([variantOf(z.array(z.tuple([z.string(), z.string()])))]);
export const LockedAnswer = z.tuple([variantOf(z.boolean())]);
export const PathAnswer = z.tuple([Path]);
export const UnlockAnswer = z.tuple([z.array(Path), Path]);
export const CompletedSignal = z.tuple([z.boolean()], z.unknown());
export const CreateAnswer = z.tuple([Path, Path]);

/** The path that stands for none. */
export const noPath = "/";
