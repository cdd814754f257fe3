using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Pao.Api.Limits;

namespace Pao.Api.Tests.Limits;

public sealed class CallerAddressTests
{
    [Theory]
    [InlineData("203.0.113.7", null, "203.0.113.7")]
    [InlineData("203.0.113.7", "198.51.100.1", "203.0.113.7")] // nobody asked it
    [InlineData("10.1.2.3", "198.51.100.1", "198.51.100.1")]
    [InlineData("::ffff:10.1.2.3", "198.51.100.1", "198.51.100.1")]
    [InlineData("10.1.2.3", "192.0.2.9, 198.51.100.1", "198.51.100.1")] // what is before it, the caller may have written
    [InlineData("10.1.2.3", "198.51.100.1, 10.9.9.9", "198.51.100.1")]
    [InlineData("10.1.2.3", "198.51.100.1, rubbish", "10.1.2.3")]
    [InlineData("10.1.2.3", null, "10.1.2.3")]
    public void The_address_is_the_last_that_a_known_proxy_vouches_for(string connection, string? forwarded, string expected)
    {
        var context = Context(connection);
        if (forwarded is not null)
            context.Request.Headers["X-Forwarded-For"] = forwarded;

        Assert.Equal(IPAddress.Parse(expected), Addresses().Find(context));
    }

    [Fact]
    public void Addresses_of_one_IPv6_network_are_one_place_and_this_machine_is_none()
    {
        var addresses = Addresses();

        Assert.Equal(addresses.SlotOf(Context("2001:db8:1:2::1")), addresses.SlotOf(Context("2001:db8:1:2:ffff::9")));
        Assert.NotNull(addresses.SlotOf(Context("2001:db8:1:2::1")));
        Assert.Null(addresses.SlotOf(Context("127.0.0.1")));
        Assert.Null(addresses.SlotOf(Context("::1")));
    }

    [Fact]
    public void However_many_addresses_there_are_the_places_are_bounded()
    {
        var addresses = Addresses();

        var places = Enumerable.Range(0, 200_000).Select(number => addresses.SlotOf(Context($"100.{number >> 16}.{number >> 8 & 255}.{number & 255}"))).Distinct().Count();

        Assert.InRange(places, 50_000, 1 << 16);
    }

    private static CallerAddress Addresses() => new(Options.Create(new CallerLimitOptions { Proxies = { "10.0.0.0/8", "192.168.0.1" } }));

    private static DefaultHttpContext Context(string connection)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse(connection);
        return context;
    }
}
