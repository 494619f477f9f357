/** The text of a file, put into the bundle. */
declare module "*?raw" {
  const text: string;
  // oxlint-disable-next-line import/no-default-export -- the bundler's own form
  export default text;
}
