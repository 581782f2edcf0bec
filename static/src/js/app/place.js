const PATIENCE = 6000;

// Where the device is; null where it does not know, or may not say.
export function place() {
  return new Promise((resolve) => {
    if (!navigator.geolocation) {
      resolve(null);
      return;
    }
    const options = { enableHighAccuracy: true, timeout: PATIENCE, maximumAge: 60_000 };
    navigator.geolocation.getCurrentPosition(
      ({ coords: { latitude, longitude, accuracy } }) => resolve({ latitude, longitude, accuracy }),
      () => resolve(null),
      options,
    );
  });
}
