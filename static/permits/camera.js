// The phone's camera: a view finder, a picture that can be taken again, and the file field filled with it. Without a camera or
// without this script the file field stands as it is, and the phone's own camera answers it. What is about to be sent is shown
// by picture, name and size, and that it is being sent is said.
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
  buttons.again.addEventListener("click", () => {
    field.value = "";
    field.dispatchEvent(new Event("change", { bubbles: true }));
    open();
  });
  addEventListener("pagehide", close);
  show("closed");
}

const chosen = document.querySelector("[data-chosen]");
if (chosen && field) {
  field.addEventListener("change", () => showChosen());
  field.form.addEventListener("submit", () => tell(chosen.dataset.sending));
  // Back on this page from the next one: nothing is being sent any more.
  addEventListener("pageshow", () => showChosen());
}

function tell(text) {
  const line = document.createElement("p");
  line.className = "govuk-body";
  line.setAttribute("role", "status");
  line.textContent = text;
  chosen.append(line);
}

function showChosen() {
  chosen.querySelectorAll("img").forEach((one) => URL.revokeObjectURL(one.src));
  chosen.replaceChildren();
  if (!field.files.length) {
    return;
  }
  tell(chosen.dataset.words);
  const list = document.createElement("ul");
  list.className = "pf-chosen";
  list.append(...[...field.files].map(lineOf));
  chosen.append(list);
}

function lineOf(file) {
  const line = document.createElement("li");
  if (file.type.startsWith("image/")) {
    const picture = document.createElement("img");
    picture.alt = "";
    picture.src = URL.createObjectURL(file);
    line.append(picture);
  }
  line.append(`${file.name} (${Math.max(1, Math.round(file.size / 1024))} KB)`);
  return line;
}
