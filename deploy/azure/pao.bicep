// PAO on Container Apps, its orchestrations on Durable Task Scheduler, its requests in PostgreSQL. Step by step in docs/deployment.md.
targetScope = 'resourceGroup'

@description('Begins the names of all resources.')
@minLength(3)
@maxLength(12)
param name string = 'pao'

param location string = resourceGroup().location

@description('The image of PAO in the registry below, with its digest or an immutable tag, such as pao@sha256:…')
param image string

@description('The name of an Azure Container Registry in this resource group.')
param registryName string

@description('Who may call, as address ranges; webhooks come from the clouds of GitHub, JIRA and Terraform Cloud.')
param clientRanges array

@description('How many processes run at once.')
@minValue(2)
@maxValue(20)
param processes int = 2

@description('Who is told of alerts.')
param alertEmail string

@secure()
@minLength(24)
@description('Letters and digits only: it becomes part of DATABASE_URL.')
param databasePassword string

@secure()
@minLength(44)
@maxLength(44)
@description('32 bytes in base64 (openssl rand -base64 32). Whoever loses it loses the passwords of open requests.')
param requestKey string

var unique = uniqueString(resourceGroup().id)
var databaseName = 'pao'

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: '${name}-process'
  location: location
}

// Network: the environment's own subnet; PostgreSQL, Redis, the vault and the files have private addresses only.

resource outward 'Microsoft.Network/publicIPAddresses@2024-05-01' = {
  name: '${name}-outward'
  location: location
  sku: { name: 'Standard' }
  properties: { publicIPAllocationMethod: 'Static' }
}

resource gateway 'Microsoft.Network/natGateways@2024-05-01' = {
  name: '${name}-gateway'
  location: location
  sku: { name: 'Standard' }
  properties: { publicIpAddresses: [{ id: outward.id }] }
}

resource network 'Microsoft.Network/virtualNetworks@2024-05-01' = {
  name: '${name}-network'
  location: location
  properties: {
    addressSpace: { addressPrefixes: ['10.61.0.0/16'] }
    subnets: [
      {
        name: 'processes'
        properties: {
          addressPrefix: '10.61.0.0/23'
          natGateway: { id: gateway.id }
          delegations: [{ name: 'apps', properties: { serviceName: 'Microsoft.App/environments' } }]
        }
      }
      {
        name: 'database'
        properties: {
          addressPrefix: '10.61.4.0/24'
          delegations: [{ name: 'postgres', properties: { serviceName: 'Microsoft.DBforPostgreSQL/flexibleServers' } }]
        }
      }
      {
        name: 'endpoints'
        properties: { addressPrefix: '10.61.5.0/24' }
      }
    ]
  }

  resource processesSubnet 'subnets' existing = { name: 'processes' }
  resource databaseSubnet 'subnets' existing = { name: 'database' }
  resource endpointsSubnet 'subnets' existing = { name: 'endpoints' }
}

resource databaseZone 'Microsoft.Network/privateDnsZones@2024-06-01' = {
  name: '${name}.private.postgres.database.azure.com'
  location: 'global'

  resource link 'virtualNetworkLinks' = {
    name: 'network'
    location: 'global'
    properties: { registrationEnabled: false, virtualNetwork: { id: network.id } }
  }
}

var privateZones = {
  redis: 'privatelink.redis.azure.net'
  vault: 'privatelink.vaultcore.azure.net'
  files: 'privatelink.file.${environment().suffixes.storage}'
}

resource zones 'Microsoft.Network/privateDnsZones@2024-06-01' = [
  for zone in items(privateZones): {
    name: zone.value
    location: 'global'
  }
]

resource zoneLinks 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = [
  for (zone, i) in items(privateZones): {
    parent: zones[i]
    name: 'network'
    location: 'global'
    properties: { registrationEnabled: false, virtualNetwork: { id: network.id } }
  }
]

// In the order of items(privateZones), which sorts by key.
var reached = [
  { zone: 'files', id: storage.id, group: 'file' }
  { zone: 'redis', id: redis.id, group: 'redisEnterprise' }
  { zone: 'vault', id: vault.id, group: 'vault' }
]

resource endpoints 'Microsoft.Network/privateEndpoints@2024-05-01' = [
  for one in reached: {
    name: '${name}-${one.zone}'
    location: location
    properties: {
      subnet: { id: network::endpointsSubnet.id }
      privateLinkServiceConnections: [
        { name: one.zone, properties: { privateLinkServiceId: one.id, groupIds: [one.group] } }
      ]
    }
  }
]

resource endpointNames 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2024-05-01' = [
  for (one, i) in reached: {
    parent: endpoints[i]
    name: 'default'
    properties: { privateDnsZoneConfigs: [{ name: one.zone, properties: { privateDnsZoneId: zones[i].id } }] }
  }
]

// What is stored.

resource database 'Microsoft.DBforPostgreSQL/flexibleServers@2024-08-01' = {
  name: '${name}-${unique}'
  location: location
  sku: { name: 'Standard_D2ds_v5', tier: 'GeneralPurpose' }
  properties: {
    version: '16'
    administratorLogin: 'pao'
    administratorLoginPassword: databasePassword
    storage: { storageSizeGB: 128, autoGrow: 'Enabled' }
    backup: { backupRetentionDays: 14, geoRedundantBackup: 'Disabled' }
    highAvailability: { mode: 'ZoneRedundant' }
    network: { delegatedSubnetResourceId: network::databaseSubnet.id, privateDnsZoneArmResourceId: databaseZone.id }
  }
  dependsOn: [databaseZone::link]

  resource requests 'databases' = { name: databaseName }
}

resource redis 'Microsoft.Cache/redisEnterprise@2025-04-01' = {
  name: '${name}-${unique}'
  location: location
  sku: { name: 'Balanced_B0' }
  properties: { minimumTlsVersion: '1.2', highAvailability: 'Enabled' }

  resource answers 'databases' = {
    name: 'default'
    properties: {
      clientProtocol: 'Encrypted'
      clusteringPolicy: 'OSSCluster'
      evictionPolicy: 'AllKeysLRU'
      port: 10000
      accessKeysAuthentication: 'Enabled'
    }
  }
}

// The data directory: all processes check signatures by the same first key pair.
resource storage 'Microsoft.Storage/storageAccounts@2024-01-01' = {
  name: take('${name}${unique}', 24)
  location: location
  kind: 'StorageV2'
  sku: { name: 'Standard_ZRS' }
  properties: {
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    allowBlobPublicAccess: false
    publicNetworkAccess: 'Disabled'
  }

  resource files 'fileServices' = {
    name: 'default'
    resource data 'shares' = {
      name: 'data'
      properties: { shareQuota: 1 }
    }
  }
}

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' = {
  name: take('${name}-${unique}', 24)
  location: location
  properties: {
    tenantId: subscription().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    enablePurgeProtection: true
    publicNetworkAccess: 'Disabled'
  }

  resource databaseUrl 'secrets' = {
    name: 'database-url'
    properties: {
      value: 'postgresql://pao:${databasePassword}@${database.properties.fullyQualifiedDomainName}:5432/${databaseName}?sslmode=verify-full'
    }
  }
  resource redisEndpoint 'secrets' = {
    name: 'redis-cluster-endpoint'
    properties: { value: '${redis.properties.hostName}:10000,ssl=true,password=${redis::answers.listKeys().primaryKey}' }
  }
  resource requestSecretsKey 'secrets' = {
    name: 'request-secrets-key'
    properties: { value: requestKey }
  }
}

// The task hub. Whoever may write to it may start fulfilments: PAO's identity and nobody else.

resource scheduler 'Microsoft.DurableTask/schedulers@2025-11-01' = {
  name: '${name}-${unique}'
  location: location
  properties: { ipAllowlist: ['${outward.properties.ipAddress}/32'], sku: { name: 'Dedicated', capacity: 1 } }

  resource hub 'taskHubs' = {
    name: 'pao'
    properties: {}
  }
}

// Roles: pulling the image, reading the vault's secrets, working on the task hub.

resource registry 'Microsoft.ContainerRegistry/registries@2023-07-01' existing = { name: registryName }

var acrPull = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '7f951dda-4ed3-4680-a7ca-43fe172d538d')
var keyVaultSecretsUser = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '4633458b-17de-408a-b874-0445c86b69e6')
var durableTaskDataContributor = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '0ad04412-c4d5-4796-b79c-f76d14c8d402')

resource pulls 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(registry.id, identity.id, acrPull)
  scope: registry
  properties: { principalId: identity.properties.principalId, principalType: 'ServicePrincipal', roleDefinitionId: acrPull }
}

resource readsSecrets 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(vault.id, identity.id, keyVaultSecretsUser)
  scope: vault
  properties: { principalId: identity.properties.principalId, principalType: 'ServicePrincipal', roleDefinitionId: keyVaultSecretsUser }
}

resource worksOnHub 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(scheduler::hub.id, identity.id, durableTaskDataContributor)
  scope: scheduler::hub
  properties: { principalId: identity.properties.principalId, principalType: 'ServicePrincipal', roleDefinitionId: durableTaskDataContributor }
}

// The service.

resource logs 'Microsoft.OperationalInsights/workspaces@2023-09-01' = {
  name: '${name}-logs'
  location: location
  properties: { sku: { name: 'PerGB2018' }, retentionInDays: 90 }
}

resource apps 'Microsoft.App/managedEnvironments@2025-01-01' = {
  name: '${name}-apps'
  location: location
  properties: {
    vnetConfiguration: { infrastructureSubnetId: network::processesSubnet.id, internal: false }
    zoneRedundant: true
    workloadProfiles: [{ name: 'Consumption', workloadProfileType: 'Consumption' }]
    appLogsConfiguration: {
      destination: 'log-analytics'
      logAnalyticsConfiguration: { customerId: logs.properties.customerId, sharedKey: logs.listKeys().primarySharedKey }
    }
  }

  resource data 'storages' = {
    name: 'data'
    properties: {
      azureFile: {
        accountName: storage.name
        accountKey: storage.listKeys().keys[0].value
        shareName: storage::files::data.name
        accessMode: 'ReadWrite'
      }
    }
  }
}

resource pao 'Microsoft.App/containerApps@2025-01-01' = {
  name: name
  location: location
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${identity.id}': {} } }
  dependsOn: [pulls, readsSecrets, worksOnHub, endpointNames, zoneLinks, database::requests]
  properties: {
    environmentId: apps.id
    workloadProfileName: 'Consumption'
    configuration: {
      activeRevisionsMode: 'Single' // the new revision takes over when it is ready; both are on one database meanwhile
      registries: [{ server: registry.properties.loginServer, identity: identity.id }]
      ingress: {
        external: true
        targetPort: 8080
        transport: 'auto'
        allowInsecure: false
        ipSecurityRestrictions: [
          for (range, i) in clientRanges: { name: 'clients-${i}', action: 'Allow', ipAddressRange: range }
        ]
      }
      secrets: [
        { name: 'database-url', keyVaultUrl: vault::databaseUrl.properties.secretUri, identity: identity.id }
        { name: 'redis-cluster-endpoint', keyVaultUrl: vault::redisEndpoint.properties.secretUri, identity: identity.id }
        { name: 'request-secrets-key', keyVaultUrl: vault::requestSecretsKey.properties.secretUri, identity: identity.id }
      ]
    }
    template: {
      terminationGracePeriodSeconds: 45 // PAO takes up to 30 s to hand its work back
      scale: { minReplicas: processes, maxReplicas: processes }
      volumes: [
        { name: 'data', storageType: 'AzureFile', storageName: apps::data.name, mountOptions: 'uid=1654,gid=1654,dir_mode=0700,file_mode=0600,mfsymlinks,nobrl' }
        { name: 'tmp', storageType: 'EmptyDir' }
      ]
      containers: [
        {
          name: 'pao'
          image: '${registry.properties.loginServer}/${image}'
          resources: { cpu: json('1.0'), memory: '2Gi' }
          volumeMounts: [
            { volumeName: 'data', mountPath: '/data' }
            { volumeName: 'tmp', mountPath: '/tmp' }
          ]
          env: [
            { name: 'DATABASE_URL', secretRef: 'database-url' }
            { name: 'REDIS_CLUSTER_ENDPOINT', secretRef: 'redis-cluster-endpoint' }
            { name: 'Pao__RequestSecrets__Key', secretRef: 'request-secrets-key' }
            {
              name: 'DURABLE_TASK_CONNECTION'
              value: 'Endpoint=${scheduler.properties.endpoint};TaskHub=${scheduler::hub.name};Authentication=ManagedIdentity;ClientID=${identity.properties.clientId}'
            }
            { name: 'Pao__Access__AllowNonLoopback', value: 'true' } // only the ingress reaches the port
            { name: 'Pao__Access__TakesAccessKey', value: 'false' } // signed calls only
            { name: 'Pao__System__Region', value: location }
            { name: 'Pao__Audit__Stdout', value: 'true' } // to the workspace
          ]
          probes: [
            { type: 'Startup', httpGet: { path: '/api/v1/health', port: 8080 }, periodSeconds: 5, failureThreshold: 24 }
            { type: 'Readiness', httpGet: { path: '/api/v1/health/ready', port: 8080 }, periodSeconds: 10, failureThreshold: 3 }
            { type: 'Liveness', httpGet: { path: '/api/v1/health', port: 8080 }, periodSeconds: 20, failureThreshold: 6 }
          ]
        }
      ]
    }
  }
}

// Who is told when something is wrong.

resource told 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: '${name}-alerts'
  location: 'global'
  properties: {
    groupShortName: take(name, 12)
    enabled: true
    emailReceivers: [{ name: 'operators', emailAddress: alertEmail, useCommonAlertSchema: true }]
  }
}

var alerts = [
  { name: 'fewer-processes', what: 'Fewer processes run than are to', scope: pao.id, metric: 'Replicas', aggregation: 'Minimum', operator: 'LessThan', threshold: processes }
  { name: 'restarts', what: 'Processes end again and again', scope: pao.id, metric: 'RestartCount', aggregation: 'Maximum', operator: 'GreaterThan', threshold: 3 }
  { name: 'database-busy', what: 'PostgreSQL is busy', scope: database.id, metric: 'cpu_percent', aggregation: 'Average', operator: 'GreaterThan', threshold: 80 }
  { name: 'database-full', what: 'PostgreSQL has little space left', scope: database.id, metric: 'storage_percent', aggregation: 'Maximum', operator: 'GreaterThan', threshold: 85 }
]

resource alarms 'Microsoft.Insights/metricAlerts@2018-03-01' = [
  for alert in alerts: {
    name: '${name}-${alert.name}'
    location: 'global'
    properties: {
      description: alert.what
      severity: 1
      enabled: true
      scopes: [alert.scope]
      evaluationFrequency: 'PT1M'
      windowSize: 'PT5M'
      criteria: {
        'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
        allOf: [
          {
            criterionType: 'StaticThresholdCriterion'
            name: alert.name
            metricName: alert.metric
            timeAggregation: alert.aggregation
            operator: alert.operator
            threshold: alert.threshold
          }
        ]
      }
      actions: [{ actionGroupId: told.id }]
    }
  }
]

output address string = 'https://${pao.properties.configuration.ingress.fqdn}'
