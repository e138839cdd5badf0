import sharp from "sharp";

/** Longer side in pixels: twice what the page shows, for fine screens. */
const SIDE = 256;

/**
 * A small upright copy as a data: address, without the picture's metadata; undefined where the file
 * can't be read any more.
 */
export async function thumbnail(path: string): Promise<string | undefined> {
  try {
    const webp = await sharp(path, { failOn: "error", limitInputPixels: 100e6 })
      .autoOrient()
      .resize(SIDE, SIDE, { fit: "inside" })
      .flatten({ background: "#fff" })
      .webp({ quality: 72 })
      .toBuffer();
    return `data:image/webp;base64,${webp.toString("base64")}`;
  } catch {
    // The page then shows the mistake by name: a moved picture is no reason to have no report.
    return undefined;
  }
}
