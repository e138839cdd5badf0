import sharp from "sharp";
import { background } from "./background.mjs";

const size = 112;

/** The drawing scaled, turned, mirrored and tinted, on a transparent ground. */
async function placed(bytes, random) {
  const side = Math.round(size * random.between(0.8, 1));
  let drawing = sharp(bytes, { density: 144 }).resize(side, side, {
    fit: "contain",
    background: "#0000",
  });
  if (random.next() < 0.5) drawing = drawing.flop();
  const upright = await drawing
    .modulate({
      brightness: random.between(0.85, 1.12),
      saturation: random.between(0.7, 1.2),
    })
    .png()
    .toBuffer();
  return sharp(upright)
    .rotate(random.between(-10, 10), { background: "#0000" })
    .png()
    .toBuffer({ resolveWithObject: true });
}

/** A soft dark copy of the drawing's outline. */
function shadow(drawing, random) {
  return sharp(drawing)
    .linear([0, 0, 0, random.between(0.2, 0.5)], [0, 0, 0, 0])
    .blur(random.between(1.2, 3))
    .png()
    .toBuffer();
}

/** Cuts an overlay to the part that lies on the picture, for sharp refuses what hangs over the edge. */
async function clipped(input, left, top) {
  const { width, height } = await sharp(input).metadata();
  const [x, y] = [Math.max(0, -left), Math.max(0, -top)];
  const part = {
    left: x,
    top: y,
    width: Math.min(width - x, size - Math.max(0, left)),
    height: Math.min(height - y, size - Math.max(0, top)),
  };
  return {
    input: await sharp(input).extract(part).png().toBuffer(),
    left: Math.max(0, left),
    top: Math.max(0, top),
  };
}

/** One encoded picture: a drawing with its shadow on a texture, with a little sensor noise and blur. */
export async function picture(bytes, random, format) {
  const { data: drawing, info } = await placed(bytes, random);
  const place = (extent) =>
    Math.round((size - extent) / 2 + (size - 0.8 * extent) * random.between(-0.32, 0.32));
  const [left, top] = [place(info.width), place(info.height)];
  const drop = Math.round(random.between(1, 5));
  const overlays = [
    await clipped(await shadow(drawing, random), left + drop, top + drop),
    await clipped(drawing, left, top),
  ];
  const scene = await sharp(background(random, size), {
    raw: { width: size, height: size, channels: 3 },
  })
    .composite(overlays)
    .removeAlpha()
    .raw()
    .toBuffer();
  const grain = random.between(0, 9);
  for (let at = 0; at < scene.length; at++) {
    const value = scene[at] + grain * (random.next() + random.next() - 1);
    scene[at] = Math.min(255, Math.max(0, Math.round(value)));
  }
  const image = sharp(scene, { raw: { width: size, height: size, channels: 3 } });
  const soft = random.next() < 0.5 ? image.blur(random.between(0.3, 0.8)) : image;
  return format === "webp"
    ? soft.webp({ quality: 82 }).toBuffer()
    : soft.jpeg({ quality: 84 }).toBuffer();
}
