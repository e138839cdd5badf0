import { useEffect, useMemo } from "preact/hooks";

/** An address to show a file from, for as long as the component lives. */
export function useObjectUrl(file: Blob): string {
  const url = useMemo(() => URL.createObjectURL(file), [file]);
  useEffect(() => () => URL.revokeObjectURL(url), [url]);
  return url;
}
