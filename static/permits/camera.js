// The phone's camera: a view finder, a picture that can be taken again, and the file field filled with it. Without a camera or
// without this script the file field stands as it is, and the phone's own camera answers it.
const MOST_PIXELS = 2400;
const QUALITY = 0.86;

const place = document.querySelector("[data-camera]");
const field = document.querySelector("main input[type=file]");
if (place && field && navigator.mediaDevices?.getUserMedia) {
  place.hidden = false;
  const [video, picture] = [place.querySelector("video"), place.querySelector("img")];
  const buttons = Object.fromEntries([...place.querySelectorAll("[data-do]")].map((one) => [one.dataset.do, one]));
  const status = place.querySelector("[role=status]");
  let stream = null;

  const show = (state) => {
    place.dataset.state = state;
    buttons.open.hidden = state !== "closed";
    buttons.take.hidden = state !== "open";
    buttons.again.hidden = state !== "taken";
    video.hidden = state !== "open";
    picture.hidden = state !== "taken";
  };

  const close = () => {
    stream?.getTracks().forEach((track) => track.stop());
    stream = null;
  };

  // A stream that plays has not always shown a picture yet.
  const aFrame = () => new Promise((resolve) => {
    if (video.requestVideoFrameCallback) {
      video.requestVideoFrameCallback(resolve);
    } else {
      setTimeout(resolve, 300);
    }
  });

  const open = async () => {
    try {
      stream = await navigator.mediaDevices.getUserMedia({
        audio: false,
        video: { facingMode: { ideal: "environment" }, width: { ideal: 2560 }, height: { ideal: 1920 } },
      });
    } catch {
      status.textContent = place.dataset.noCamera;
      return;
    }
    status.textContent = "";
    video.srcObject = stream;
    await video.play();
    await aFrame();
    show("open");
    buttons.take.focus();
  };

  const take = () => {
    if (!video.videoWidth) {
      return; // nothing is shown yet
    }
    const scale = Math.min(1, MOST_PIXELS / Math.max(video.videoWidth, video.videoHeight));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(video.videoWidth * scale);
    canvas.height = Math.round(video.videoHeight * scale);
    canvas.getContext("2d").drawImage(video, 0, 0, canvas.width, canvas.height);
    canvas.toBlob((blob) => {
      const chosen = new DataTransfer();
      chosen.items.add(new File([blob], `photo-${Date.now()}.jpg`, { type: "image/jpeg" }));
      field.files = chosen.files;
      field.dispatchEvent(new Event("change", { bubbles: true }));
      if (picture.src.startsWith("blob:")) {
        URL.revokeObjectURL(picture.src);
      }
      picture.src = URL.createObjectURL(blob);
      close();
      show("taken");
      status.textContent = place.dataset.taken;
    }, "image/jpeg", QUALITY);
  };

  buttons.open.addEventListener("click", open);
  buttons.take.addEventListener("click", take);
  buttons.again.addEventListener("click", () => { field.value = ""; open(); });
  addEventListener("pagehide", close);
  show("closed");
}
