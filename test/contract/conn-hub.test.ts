import {settled, setup} from '../kit/setup'
import {describeHub} from './hub-contract'

describeHub('ConnHub', async (scenario) => {
  const {hub, ...network} = setup()
  await scenario({
    hub,
    happens: (what) => {
      what(network)
      return settled()
    },
    settles: settled,
  })
})
