<#
    {{.TakeBack}} takes back what {{.Setup}} did. Run it when the
    migration is over: from then on {{if .Person}}nobody can sign in to mxodus{{else}}mxodus can open no mailbox of the tenant{{end}}.

    WHAT IT DOES
      In Exchange Online:
        1. takes {{if .Person}}the person's access from each mailbox that the first script
           opened{{else}}the app's access from each mailbox that the first script gave it{{end}};
        2. switches IMAP off again where the first script switched it on
{{- if .Person}}.
{{- else}};
        3. removes the app's entry.
{{- end}}
      In Microsoft Entra:
        {{if .Person}}3{{else}}4{{end}}. deletes the app, if the first script registered it. If not, it takes
           away only what the first script gave it.
      No mail and no user is touched. It may be run again: what is gone already
      stays gone.

    WHO CAN RUN IT, AND HOW
      As the first script: a global administrator, or two people with -Part
      Exchange first and -Part Entra then. In the folder of this file, where
      {{.RecordFile}} must be:
        Windows:        powershell -ExecutionPolicy Bypass -File .\{{.TakeBack}}
        macOS, Linux:   pwsh ./{{.TakeBack}}
#>
#Requires -Version 5.1

param(
    # All, or only one half.
    [ValidateSet('All', 'Entra', 'Exchange')]
    [string] $Part = 'All',

    # Don't ask before anything is changed.
    [switch] $Yes
)

$ErrorActionPreference = 'Stop'

# ---------------------------------------------------------------------------
# Where to sign in. All else is in the record.
# ---------------------------------------------------------------------------

$GraphEnvironment = {{q .GraphEnvironment}}
$ExchangeEnvironment = {{q .ExchangeEnvironment}}
$ProjectFile = {{q .File}}

$RecordFile = Join-Path $PSScriptRoot '{{.RecordFile}}'
{{if not .Person}}$SecretFile = Join-Path $PSScriptRoot 'mxodus-client-secret.txt'
{{end}}
# ---------------------------------------------------------------------------
# Small helpers.
# ---------------------------------------------------------------------------

function Write-Done([string] $Text) { Write-Host "  done      $Text" }
function Write-Gone([string] $Text) { Write-Host "  gone      $Text" }

# What is taken back is struck from the record at once, so that this script can be
# interrupted and run again.
function Save-Record {
    $Record | ConvertTo-Json | Set-Content -LiteralPath $RecordFile -Encoding UTF8
}

# Whether an error says that there is no such mailbox or person. Any other, such as a
# lost connection or a missing right, says nothing about it.
function Test-NotFound($Failure) {
    $words = "$($Failure.CategoryInfo.Reason) $($Failure.FullyQualifiedErrorId) $($Failure.Exception.Message)"
    return $words -match 'ManagementObjectNotFoundException|object ''.*'' couldn.t be found'
}

# Finds a mailbox: nothing if there is none. Any other error is thrown, so that
# nothing is struck from the record that was not taken back.
function Find-Mailbox([string] $Address) {
    try {
        return Get-Mailbox -Identity $Address -ErrorAction Stop
    } catch {
        if (-not (Test-NotFound $_)) { throw }
    }
}

{{if not .Person}}# The object ID of an entry in Exchange; older modules call it ServiceId.
function Get-EntryId($Entry) {
    if ($Entry.ObjectId) { return "$($Entry.ObjectId)" }
    return "$($Entry.ServiceId)"
}

{{end}}# ---------------------------------------------------------------------------
# Before anything is changed.
# ---------------------------------------------------------------------------

if (-not (Test-Path -LiteralPath $RecordFile)) {
    Write-Host '{{.RecordFile}} is not beside this script, so it is not known what to take back.'
    Write-Host 'Find the folder in which {{.Setup}} was run. If the record is lost, delete the app by hand:'
    Write-Host 'Microsoft Entra admin center, App registrations. Without it, what is left in Exchange opens nothing.'
    exit 1
}
$Record = Get-Content -LiteralPath $RecordFile -Raw -Encoding UTF8 | ConvertFrom-Json

$needed = @()
if ($Part -ne 'Exchange') { $needed += @('Microsoft.Graph.Authentication', 'Microsoft.Graph.Applications'{{if .Person}}, 'Microsoft.Graph.Identity.SignIns'{{end}}) }
if ($Part -ne 'Entra') { $needed += @('ExchangeOnlineManagement') }
$missing = @($needed | Where-Object { -not (Get-Module -ListAvailable -Name $_) })
if ($missing.Count -gt 0) {
    Write-Host 'Something has to be installed first. Run:'
    foreach ($name in $missing) { Write-Host "  Install-Module $name -Scope CurrentUser" }
    exit 1
}

Write-Host ''
Write-Host "This takes the app $($Record.ClientId) out of the tenant $($Record.TenantId)."
Write-Host 'mxodus can copy no more mail after that. These mailboxes are about to be closed to {{if .Person}}whoever signed in{{else}}it{{end}}:'
foreach ($address in @($Record.Granted)) { Write-Host "  $address" }
Write-Host 'For these, IMAP is switched off again, as it was:'
foreach ($address in @($Record.ImapSwitchedOn)) { Write-Host "  $address" }
if (-not $Yes) {
    $answer = Read-Host 'Type yes to go on'
    if ($answer -ne 'yes') {
        Write-Host 'Nothing was changed.'
        exit 0
    }
}

# ---------------------------------------------------------------------------
# Exchange Online.
# ---------------------------------------------------------------------------

$problems = @()
if ($Part -ne 'Entra') {
    Write-Host ''
    Write-Host 'Exchange Online: sign in.'
    $connect = @{ ShowBanner = $false }
    if ($ExchangeEnvironment) { $connect.ExchangeEnvironmentName = $ExchangeEnvironment }
    Connect-ExchangeOnline @connect
    $connection = Get-ConnectionInformation | Where-Object { $_.State -eq 'Connected' } | Select-Object -Last 1
    if ($connection.TenantID -and $connection.TenantID -ne $Record.TenantId) {
        throw "You signed in to the tenant $($connection.TenantID), but the app is in $($Record.TenantId)."
    }

    # 1. The access to mailboxes.
    $whom = $Record.{{if .Person}}Account{{else}}ObjectId{{end}}
    foreach ($address in @($Record.Granted)) {
        try {
            if (Find-Mailbox $address) {
                Remove-MailboxPermission -Identity $address -User $whom -AccessRights FullAccess -Confirm:$false -ErrorAction Stop
                Write-Done "$address can't be opened by {{if .Person}}$whom{{else}}the app{{end}} any more"
            } else {
                Write-Gone $address
            }
            $Record.Granted = @(@($Record.Granted) | Where-Object { $_ -ne $address })
            Save-Record
        } catch {
            Write-Host "  FAILED    ${address}: $($_.Exception.Message)"
            $problems += $address
        }
    }

    # 2. IMAP, where the first script switched it on.
    foreach ($address in @($Record.ImapSwitchedOn)) {
        try {
            $access = $null
            if (Find-Mailbox $address) { $access = Get-CASMailbox -Identity $address -ErrorAction Stop }
            if (-not $access) {
                Write-Gone $address
            } elseif ($access.ImapEnabled) {
                Set-CASMailbox -Identity $address -ImapEnabled $false -ErrorAction Stop
                Write-Done "$address has IMAP switched off, as before"
            } else {
                Write-Gone "$address has IMAP switched off already"
            }
            $Record.ImapSwitchedOn = @(@($Record.ImapSwitchedOn) | Where-Object { $_ -ne $address })
            Save-Record
        } catch {
            Write-Host "  FAILED    ${address}: $($_.Exception.Message)"
            $problems += $address
        }
    }

{{if not .Person}}    # 3. The app's entry.
    if ($Record.Registered) {
        if (@(Get-ServicePrincipal | Where-Object { (Get-EntryId $_) -eq $Record.ObjectId }).Count -gt 0) {
            Remove-ServicePrincipal -Identity $Record.ObjectId -Confirm:$false
            Write-Done "removed the app's entry in Exchange"
        } else {
            Write-Gone "the app's entry in Exchange"
        }
        $Record.Registered = $false
        Save-Record
    }
{{end}}    Disconnect-ExchangeOnline -Confirm:$false
}

# ---------------------------------------------------------------------------
# Microsoft Entra.
# ---------------------------------------------------------------------------

if ($Part -ne 'Exchange') {
    Write-Host ''
    Write-Host 'Microsoft Entra: sign in.'
    $connect = @{ Scopes = @('Application.ReadWrite.All', {{if .Person}}'DelegatedPermissionGrant.ReadWrite.All'{{else}}'AppRoleAssignment.ReadWrite.All'{{end}}); NoWelcome = $true; TenantId = $Record.TenantId }
    if ($GraphEnvironment) { $connect.Environment = $GraphEnvironment }
    Connect-MgGraph @connect | Out-Null

    $app = Get-MgApplication -Filter "appId eq '$($Record.ClientId)'"
    $principal = Get-MgServicePrincipal -Filter "appId eq '$($Record.ClientId)'"
    if ($Record.AppMade) {
        # {{if .Person}}3. The app, and with it the consent{{else}}4. The app, and with it its secrets, permissions{{end}} and enterprise application.
        if ($app) {
            Remove-MgApplication -ApplicationId $app.Id
            Write-Done 'deleted the app'
        } else {
            Write-Gone 'the app'
        }
        $Record.AppMade = $false
        Save-Record
    } else {
        # {{if .Person}}3{{else}}4{{end}}. The app was there before: only what it was given is taken away.
{{- if .Person}}
        foreach ($consent in @($Record.Consents)) {
            $grantId, $before = $consent.Split('|', 2)
            if (@(Get-MgOauth2PermissionGrant -All | Where-Object { $_.Id -eq $grantId }).Count -eq 0) {
                Write-Gone 'a consent'
            } elseif ($before) {
                Update-MgOauth2PermissionGrant -OAuth2PermissionGrantId $grantId -Scope $before
                Write-Done "the consent is again to $before only"
            } else {
                Remove-MgOauth2PermissionGrant -OAuth2PermissionGrantId $grantId
                Write-Done 'took away a consent'
            }
            $Record.Consents = @(@($Record.Consents) | Where-Object { $_ -ne $consent })
            Save-Record
        }
        if ($principal -and $Record.PrincipalMade) {
            Remove-MgServicePrincipal -ServicePrincipalId $principal.Id
            Write-Done 'removed its enterprise application'
        }
        $Record.PrincipalMade = $false
        Save-Record
    }
{{- else}}
        if ($app -and $Record.SecretId -and @($app.PasswordCredentials | Where-Object { $_.KeyId -eq $Record.SecretId }).Count -gt 0) {
            Remove-MgApplicationPassword -ApplicationId $app.Id -KeyId $Record.SecretId
            Write-Done "removed the app's client secret"
        }
        if ($app -and $Record.CertificateName -and @($app.KeyCredentials | Where-Object { $_.DisplayName -eq $Record.CertificateName }).Count -gt 0) {
            Update-MgApplication -ApplicationId $app.Id -KeyCredentials @()
            Write-Done "removed the app's certificate"
        }
        if ($principal) {
            foreach ($given in @(Get-MgServicePrincipalAppRoleAssignment -ServicePrincipalId $principal.Id -All)) {
                $service = Get-MgServicePrincipal -ServicePrincipalId $given.ResourceId
                $role = $service.AppRoles | Where-Object { $_.Id -eq $given.AppRoleId }
                if ($role -and @($Record.Roles) -contains $role.Value) {
                    Remove-MgServicePrincipalAppRoleAssignment -ServicePrincipalId $principal.Id -AppRoleAssignmentId $given.Id
                    Write-Done "took away the permission $($role.Value)"
                }
            }
            if ($Record.PrincipalMade) {
                Remove-MgServicePrincipal -ServicePrincipalId $principal.Id
                Write-Done 'removed its enterprise application'
            }
        }
        $Record.SecretId = ''
        $Record.CertificateName = ''
        $Record.Roles = @()
        $Record.PrincipalMade = $false
        Save-Record
    }
    if (Test-Path -LiteralPath $SecretFile) {
        Remove-Item -LiteralPath $SecretFile
        Write-Done 'deleted mxodus-client-secret.txt'
    }
{{- end}}
    Disconnect-MgGraph | Out-Null
}

Write-Host ''
if ($problems.Count -gt 0) {
    Write-Host "Failed: $($problems -join ', '). See above, then run this script again."
} elseif ($Part -eq 'All') {
    Remove-Item -LiteralPath $RecordFile
    Write-Host ('All is taken back. The project {0} still holds what is left of the sign-in: delete it when nobody needs it any more.' -f $ProjectFile)
} else {
    Write-Host 'This half is taken back. For the other one, run this script with the other -Part, in this folder.'
}
