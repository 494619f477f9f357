/** What the command's exit code says; those of errors stand in the error table. */
export const exitCodes = {
  done: 0,
  failure: 1,
  usage: 2,
  notFound: 3,
  denied: 4,
  invalid: 5,
  serverUnreachable: 6,
  store: 7,
  cannotExecute: 126,
  commandNotFound: 127,
  interrupted: 130,
} as const;
