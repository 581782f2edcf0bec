// Photographs: made smaller on the device, and given their hash before they are kept.

const LONGEST_SIDE = 1600;
const QUALITY = 0.82;

// A picture (a file, or a running video) as JPEG bytes of at most 1600 pixels a side, with its SHA-256 in hexadecimal.
export async function compressed(source) {
  const picture = source instanceof Blob ? await createImageBitmap(source, { imageOrientation: "from-image" }) : source;
  const [width, height] = [picture.videoWidth ?? picture.width, picture.videoHeight ?? picture.height];
  const scale = Math.min(1, LONGEST_SIDE / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close?.();
  const bytes = await bytesOf(canvas, "image/jpeg");
  return { bytes, sha256: await digest(bytes) };
}

// What a canvas shows, as a file's bytes.
export async function bytesOf(canvas, type) {
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, type, QUALITY));
  if (!blob) {
    throw new Error("no picture");
  }
  return blob.arrayBuffer();
}

async function digest(bytes) {
  const hash = await crypto.subtle.digest("SHA-256", bytes);
  return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// The back camera's picture, running; null where there is none or it is not allowed.
export async function camera() {
  try {
    const video = { facingMode: "environment", width: { ideal: LONGEST_SIDE }, height: { ideal: LONGEST_SIDE } };
    return await navigator.mediaDevices.getUserMedia({ video, audio: false });
  } catch {
    return null;
  }
}
