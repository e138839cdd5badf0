import { useObjectUrl } from "./use-object-url.js";

type Props = { readonly file: Blob; readonly alt: string };

/** A picture's file. Its address is made when it is shown, since making thousands at once takes seconds. */
export const Picture = ({ file, alt }: Props) => (
  <img src={useObjectUrl(file)} alt={alt} loading="lazy" decoding="async" />
);
