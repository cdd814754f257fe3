using System.Net;
using Pao.Activities.Egress;

namespace Pao.Activities.Tests.Egress;

public sealed class AddressKindTests
{
    [Theory]
    [InlineData("93.184.216.34")]
    [InlineData("172.15.255.255")]
    [InlineData("172.32.0.0")]
    [InlineData("100.63.255.255")]
    [InlineData("100.128.0.0")]
    [InlineData("223.255.255.255")]
    [InlineData("2606:4700::1111")]
    [InlineData("::ffff:93.184.216.34")]
    [InlineData("64:ff9b::5db8:d822")]
    [InlineData("2002:5db8:d822::1")]
    public void Public_addresses_are_public(string address) => AssertKind(AddressKind.Public, address);

    [Theory]
    [InlineData("10.0.0.0")]
    [InlineData("10.255.255.255")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.168.0.1")]
    [InlineData("100.64.0.1")] // carrier-grade NAT
    [InlineData("100.127.255.255")]
    [InlineData("198.18.0.1")]
    [InlineData("203.0.113.9")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("::ffff:0:10.0.0.1")] // translated
    [InlineData("::10.0.0.1")] // compatible
    [InlineData("64:ff9b::a00:1")] // NAT64 of 10.0.0.1
    [InlineData("64:ff9b:1::5db8:d822")] // a local NAT64 is inside, whatever it leads to
    [InlineData("2002:a00:1::1")] // 6to4 of 10.0.0.1
    [InlineData("2001:0:a00:1:0:0:a247:27dd")] // Teredo by a server at 10.0.0.1
    [InlineData("2001:0:5db8:d822:0:0:f5ff:fffe")] // Teredo of a client at 10.0.0.1
    [InlineData("2606:4700::5efe:a00:1")] // ISATAP of 10.0.0.1
    [InlineData("fd12:3456::5efe:5db8:d822")] // ISATAP of a public address, in a private network
    [InlineData("fc00::1")]
    [InlineData("fdff:ffff::1")]
    [InlineData("fec0::1")] // site-local, as it was once
    [InlineData("2001:db8::1")]
    [InlineData("4000::1")] // not assigned to anybody
    public void Addresses_that_only_the_inside_reaches_are_private(string address) => AssertKind(AddressKind.Private, address);

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.255.255.254")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("64:ff9b::7f00:1")]
    [InlineData("2002:7f00:1::")]
    public void This_machine_is_known_in_every_form(string address) => AssertKind(AddressKind.Loopback, address);

    [Theory]
    [InlineData("169.254.169.254")]
    [InlineData("169.254.170.2")] // credentials of containers
    [InlineData("169.254.0.0")]
    [InlineData("::ffff:a9fe:a9fe")]
    [InlineData("::a9fe:a9fe")]
    [InlineData("64:ff9b::a9fe:a9fe")]
    [InlineData("64:ff9b:1::a9fe:a9fe")]
    [InlineData("64:ff9b:1:a9fe:a9:fe00::")] // behind a prefix of 48 bits
    [InlineData("2002:a9fe:a9fe::")]
    [InlineData("2001:0:5db8:d822:0:0:5601:5601")] // Teredo of a client at 169.254.169.254
    [InlineData("2606:4700::200:5efe:a9fe:a9fe")]
    [InlineData("fd00:ec2::254")]
    [InlineData("fd00:ec2::23")]
    [InlineData("fd20:ce::254")]
    [InlineData("100.100.100.200")]
    [InlineData("192.0.0.192")]
    [InlineData("168.63.129.16")]
    [InlineData("fe80::1")]
    [InlineData("fe80::1%1")]
    [InlineData("febf::1")]
    [InlineData("0.0.0.0")]
    [InlineData("0.1.2.3")]
    [InlineData("::")]
    [InlineData("::ffff:0.0.0.0")]
    [InlineData("224.0.0.1")]
    [InlineData("239.255.255.255")]
    [InlineData("240.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("ff02::1")]
    public void What_is_never_called_is_known_in_every_form(string address) => AssertKind(AddressKind.Forbidden, address);

    private static void AssertKind(AddressKind expected, string address) =>
        Assert.Equal(expected, AddressKinds.Of(IPAddress.Parse(address)));
}
