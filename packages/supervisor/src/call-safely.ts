/** Calls what was passed in. Its error surfaces as an uncaught one, and does not stop what the caller is doing. */
export function callSafely(callback: () => void): void {
  try {
    callback();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
