/** SHA-256 in hexadecimal. Throws for shared memory: pass a copy. */
export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export const sha256OfText = (text: string): Promise<string> =>
  sha256(new TextEncoder().encode(text));
