// Reads codes from pictures: ZXing-C++ as WebAssembly, from our own host. What a code says is a text and nothing more; no
// address in it is ever opened.

import { prepareZXingModule, readBarcodes } from "../zxing/reader/index.js";

const OPTIONS = { formats: ["QRCode"], tryHarder: true, maxNumberOfSymbols: 1 };
const LONGEST_FRAME = 1600;
const LONGEST_PICTURE = 2400; // a licence of A4 on it has about four pixels to a module of its code

// Fetches the program at `address`; a browser that has it already only makes it ready.
export function prepare(address) {
  return prepareZXingModule({ overrides: { locateFile: () => address }, fireImmediately: true });
}

const canvas = document.createElement("canvas");
const context = canvas.getContext("2d", { willReadFrequently: true });

// The text of the code in the running picture; "" where there is none, or none can be read.
export function readFrame(video) {
  return readFrom(video, video.videoWidth, video.videoHeight, LONGEST_FRAME);
}

// The text of the code in a file. Throws where the file is no picture.
export async function readPicture(file) {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  try {
    const { width, height } = picture;
    return (await readFrom(picture, width, height, LONGEST_PICTURE)) || (await readFrom(picture, width, height, Infinity));
  } finally {
    picture.close();
  }
}

async function readFrom(source, width, height, longest) {
  const scale = Math.min(1, longest / Math.max(width, height));
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  if (!canvas.width || !canvas.height) {
    return "";
  }
  context.drawImage(source, 0, 0, canvas.width, canvas.height);
  const found = await readBarcodes(context.getImageData(0, 0, canvas.width, canvas.height), OPTIONS);
  return found.find((one) => one.isValid)?.text ?? "";
}
