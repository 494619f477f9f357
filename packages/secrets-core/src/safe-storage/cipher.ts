/** What guards the text that a cipher seals. */
export type CipherDescription = Readonly<{
  /** Whether it can be used now. */
  isAvailable: boolean;
  /** Where its key lies, `gnome_libsecret` or `kwallet6` for example; `basic_text` is a key that everyone knows. */
  name: string;
}>;

type Later<T> = T | Promise<T>;

/**
 * The host's cipher, such as Electron's `safeStorage`. Its methods may answer at once or later.
 *
 * @see https://www.electronjs.org/docs/latest/api/safe-storage
 */
export type Cipher = {
  encrypt(text: string): Later<Uint8Array>;
  decrypt(sealed: Uint8Array): Later<string>;
  describe(): Later<CipherDescription>;
};
