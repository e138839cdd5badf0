/**
 * Frees these buffers now; no array on them can be read any more. Left to the collector, a copy of all
 * weights stays for as long as the thread makes hardly any garbage, which is for ever here.
 */
export function letGo(buffers: readonly ArrayBuffer[]): void {
  if (buffers.length === 0) return;
  // What is posted to a closed port is dropped with all that it took over.
  const { port1 } = new MessageChannel();
  port1.close();
  port1.postMessage(null, [...new Set(buffers)]);
}
