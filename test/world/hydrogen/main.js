/**
 * Starts Hydrogen: all that is seen and done is the package's own. What is read here is the configuration of the client in
 * whose place it is served, as the product has rendered it.
 */
import {
  createNavigation,
  createRouter,
  FeatureSet,
  Platform,
  RootView,
  RootViewModel,
} from 'hydrogen-view-sdk';

/** Element's key names the homeserver's address, Cinny's the server whose well-known file is asked. */
const homeserverOf = (config) =>
  config.default_server_config?.['m.homeserver'].base_url ?? config.homeserverList[config.defaultHomeserver];

const config = await (await fetch('/config.json')).json();
const platform = new Platform({
  container: document.body,
  assetPaths: {
    downloadSandbox: '/assets/download-sandbox.html',
    worker: '/assets/main.js',
    olm: { wasm: '/olm.wasm', wasmBundle: '/olm.js', legacyBundle: '/olm_legacy.js' },
    serviceWorker: '/sw.js',
  },
  config: { defaultHomeServer: homeserverOf(config), themeManifests: [], push: undefined },
});
await platform.init();
const navigation = createNavigation();
platform.setNavigation(navigation);
const urlRouter = createRouter({ navigation, history: platform.history });
urlRouter.attach();
const features = await FeatureSet.load(platform.settingsStorage);
const vm = new RootViewModel({ platform, urlRouter, navigation, features });
await vm.load();
document.body.append(new RootView(vm).mount());
