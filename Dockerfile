FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY . .
RUN dotnet restore src/Api --locked-mode && \
    dotnet publish src/Api --no-restore --configuration Release --output /app

FROM mcr.microsoft.com/dotnet/aspnet:10.0
WORKDIR /app
COPY --from=build /app .
COPY catalog catalog
# Run it with --read-only: it writes in /data only. Declared, so that what is mounted there belongs to its user.
RUN mkdir /data && chown $APP_UID /data && chmod 700 /data
VOLUME ["/data", "/tmp"]
USER $APP_UID
ENV ASPNETCORE_HTTP_PORTS="" \
    Pao__DataDirectory=/data \
    Pao__Logging__Format=json
EXPOSE 8080
ENTRYPOINT ["dotnet", "Pao.Api.dll", "--urls", "http://0.0.0.0:8080"]
